import {
  CheckCircleFilled,
  CoffeeOutlined,
  CustomerServiceFilled,
  DownOutlined,
  EditFilled,
  MinusCircleOutlined,
  PhoneFilled,
} from "../app/icons";
import { Button, Dropdown, Input, Modal } from "antd";
import type { MenuProps } from "antd";
import { useState } from "react";
import type { ReactNode } from "react";
import { client } from "../api/client";
import type { ChosenPresence, PresenceName } from "../api/types";
import { useWork } from "../app/work";
import { duration } from "../format/time";
import { useText, word } from "../i18n";
import { milliseconds } from "../state/model";
import { store, useDesk, useServerNow } from "../state/store";

const ICONS: Record<PresenceName, ReactNode> = {
  available: <CheckCircleFilled />,
  break: <CoffeeOutlined />,
  offline: <MinusCircleOutlined />,
  ringing: <PhoneFilled />,
  talking: <CustomerServiceFilled />,
  wrap_up: <EditFilled />,
};
const REASONS = ["lunch", "short", "training", "meeting"] as const;

/** What the agent is doing, since when, and the choice of it. */
export function PresenceSwitch() {
  const t = useText();
  const { run } = useWork();
  const presence = useDesk((s) => s.presence);
  const [asking, setAsking] = useState(false);
  const choose = (chosen: ChosenPresence, reason?: string) =>
    void run(async () => store.dispatch({ type: "presence", ...(await client.setPresence(chosen, reason)) }));

  const label = (id: string, text: string) => <span data-testid={`presence-${id}`}>{text}</span>;
  const items: MenuProps["items"] = [
    {
      key: "available",
      icon: ICONS.available,
      label: label("available", t("presence.menu.available")),
      onClick: () => choose("available"),
    },
    {
      type: "group",
      key: "break",
      label: t("presence.menu.break"),
      children: [
        ...REASONS.map((reason) => ({
          key: reason,
          icon: ICONS.break,
          label: label(`break-${reason}`, t(`presence.reason.${reason}`)),
          onClick: () => choose("break", reason),
        })),
        { key: "other", icon: ICONS.break, label: label("break-other", t("presence.menu.other")), onClick: () => setAsking(true) },
      ],
    },
    { key: "offline", icon: ICONS.offline, label: label("offline", t("presence.menu.offline")), onClick: () => choose("offline") },
  ];
  const name = presence?.presence ?? "offline";
  const reason = word(t, "presence.reason", presence?.reason);
  return (
    <>
      <Dropdown menu={{ items }} trigger={["click"]} autoFocus>
        <Button
          data-testid="presence"
          data-presence={name}
          className={`presence presence-${name}`}
          icon={ICONS[name]}
          disabled={!presence}
          title={t("presence.label")}
        >
          <span>{t(`presence.${name}`)}</span>
          {reason && <span className="presence-reason">{reason}</span>}
          {presence && <PresenceClock since={milliseconds(presence.since)} />}
          <DownOutlined className="small-icon" />
        </Button>
      </Dropdown>
      {asking && (
        <ReasonDialog
          title={t("presence.reason.title")}
          onCancel={() => setAsking(false)}
          onReason={(text) => {
            setAsking(false);
            choose("break", text);
          }}
        />
      )}
    </>
  );
}

function PresenceClock({ since }: { since: number }) {
  const now = useServerNow();
  return <span className="clock">{duration((now - since) / 1000)}</span>;
}

interface ReasonProps {
  title: string;
  hint?: string;
  onReason: (reason: string) => void;
  onCancel: () => void;
}

export function ReasonDialog({ title, hint, onReason, onCancel }: ReasonProps) {
  const t = useText();
  const [reason, setReason] = useState("");
  const done = () => reason.trim() && onReason(reason.trim());
  return (
    <Modal
      open
      title={title}
      onCancel={onCancel}
      onOk={done}
      okText={t("action.ok")}
      cancelText={t("action.cancel")}
      okButtonProps={{ disabled: !reason.trim() }}
    >
      <Input
        data-testid="reason"
        autoFocus
        aria-label={title}
        maxLength={80}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        onPressEnter={done}
      />
      {hint && <p className="quiet">{hint}</p>}
    </Modal>
  );
}
