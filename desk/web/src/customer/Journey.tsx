import {
  CheckCircleFilled,
  CloseCircleFilled,
  DesktopOutlined,
  MailOutlined,
  MessageOutlined,
  MobileOutlined,
  PhoneOutlined,
  RobotOutlined,
} from "../app/icons";
import type { ReactNode } from "react";
import type { JourneyEntry } from "../api/types";
import { useTimes } from "../format/time";
import { useText, word } from "../i18n";
import type { Translate } from "../i18n";
import { milliseconds } from "../state/model";
import { condense, isTalk } from "./condense";
import type { Row } from "./condense";

const ICONS: Record<string, ReactNode> = {
  app: <MobileOutlined />,
  chat: <MessageOutlined />,
  bot: <RobotOutlined />,
  voice: <PhoneOutlined />,
  call: <PhoneOutlined />,
  email: <MailOutlined />,
};

/** What the customer did, in all channels, oldest first. */
export function Journey({ entries }: { entries: JourneyEntry[] }) {
  const t = useText();
  const times = useTimes();
  return (
    <section className="block" data-testid="pop-journey">
      <h3>{t("journey.title")}</h3>
      {entries.length === 0 && <p className="quiet">{t("journey.none")}</p>}
      <ol className="journey">
        {condense(entries).map((entry, i) => (
          <li key={i} className={entry.ok === false ? "failed" : ""}>
            <time title={times.day(entry.at)} dateTime={new Date(milliseconds(entry.at) || 0).toISOString()}>
              {times.exact(entry.at)}
            </time>
            <span className="journey-channel">
              <span aria-hidden>{ICONS[entry.channel] ?? <DesktopOutlined />}</span> {word(t, "channel", entry.channel)}
            </span>
            <span className="journey-text">
              <What row={entry} />
              <Outcome ok={entry.ok} kind={entry.kind} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const TOLD = ["step", "form", "help", "call"] as const;

/** What happened, in words where we have them: "Filled in: payee, account". */
function What({ row }: { row: Row }) {
  const t = useText();
  if (isTalk(row)) {
    return (
      <>
        {row.count > 1 && <span className="quiet">{t("journey.lines", { n: row.count })} </span>}
        {spoken(t, row.text)}
      </>
    );
  }
  const kind = TOLD.find((one) => one === row.kind);
  return (
    <>
      {kind && <span className="quiet">{t(`journey.${kind}`)} </span>}
      {row.text}
    </>
  );
}

/** "bot: Hello" with the speaker in the agent's language. */
function spoken(t: Translate, text: string): string {
  const [who = "", ...said] = text.split(": ");
  return [word(t, "chat", who), ...said].join(": ");
}

function Outcome({ ok, kind }: { ok: boolean | null; kind: string }) {
  const t = useText();
  if (ok === false) {
    return (
      <span className="bad">
        {" "}
        <CloseCircleFilled /> {t("journey.failed")}
      </span>
    );
  }
  if (ok !== true || kind !== "completed") return null;
  return (
    <span className="good">
      {" "}
      <CheckCircleFilled /> {t("journey.ok")}
    </span>
  );
}
