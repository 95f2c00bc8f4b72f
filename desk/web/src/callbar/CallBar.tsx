import {
  AudioMutedOutlined,
  PauseCircleFilled,
  PhoneFilled,
  PhoneOutlined,
  StopOutlined,
} from "../app/icons";
import { memo } from "react";
import type { ReactNode } from "react";
import { phoneNumber } from "../format/number";
import { duration } from "../format/time";
import { useText, word } from "../i18n";
import { milliseconds, sureName } from "../state/model";
import type { DeskState } from "../state/model";
import { useDesk, useServerNow } from "../state/store";
import { CallActions } from "./CallActions";

export type BarPhase = "none" | "offered" | "ringing" | "talking" | "held" | "ended";

/** Everything in the bar has its place before the call comes, so that nothing moves when it is answered. */
export function phaseOf(state: DeskState): BarPhase {
  if (state.call) return state.call.state;
  if (state.due || (state.contact && state.presence?.presence === "ringing")) return "offered";
  return state.wrapup ? "ended" : "none";
}

const ICONS: Record<BarPhase, ReactNode> = {
  none: <PhoneOutlined />,
  offered: <PhoneFilled />,
  ringing: <PhoneFilled />,
  talking: <PhoneFilled />,
  held: <PauseCircleFilled />,
  ended: <StopOutlined />,
};

export const CallBar = memo(function CallBar() {
  const t = useText();
  const state = useDesk((s) => s);
  const phase = phaseOf(state);
  const { contact, wrapup } = state;
  const name = sureName(contact) ?? (wrapup && !contact ? wrapup.name : null);
  const number = contact ? phoneNumber(contact.caller) : "";
  return (
    <section className={`callbar callbar-${phase}`} aria-label={t("contacts.call")}>
      <div className="callbar-state" data-testid="call-state" data-state={phase}>
        <span className="callbar-icon" aria-hidden>
          {ICONS[phase]}
        </span>
        <span className="callbar-word">{t(`call.${phase}`)}</span>
        <CallClock />
      </div>
      <div className="callbar-who">
        {contact || wrapup ? (
          <>
            <strong className={name ? "" : "unsure"}>{name ?? t("contacts.unknown")}</strong>
            <span className="callbar-number">{number}</span>
          </>
        ) : (
          <span className="quiet">{idleText()}</span>
        )}
      </div>
      <div className="callbar-hint">
        <CallHint phase={phase} />
      </div>
      <CallActions phase={phase} />
    </section>
  );

  function idleText(): string {
    const { withdrawn, presence } = state;
    if (withdrawn) return t("call.withdrawn", { reason: word(t, "withdraw", withdrawn.reason) });
    switch (presence?.presence) {
      case "available":
        return t("call.none.available");
      case "break":
        return t("call.none.break");
      case "wrap_up":
        return t("call.none.wrap_up");
      case "offline":
        return t("call.none.offline");
      default:
        return t("call.none");
    }
  }
});

function CallHint({ phase }: { phase: BarPhase }) {
  const t = useText();
  const call = useDesk((s) => s.call);
  const contact = useDesk((s) => s.contact);
  if (phase === "offered" || phase === "ringing") {
    return (
      <span className="answer-hint">
        <PhoneFilled /> {t("call.answer")}
      </span>
    );
  }
  if (phase === "held") return <span>{t("call.music")}</span>;
  if (phase === "talking") {
    return call?.recording ? (
      <span className="rec">
        <span className="rec-dot" aria-hidden /> {t("call.recording")}
      </span>
    ) : (
      <span className="unrecorded">
        <AudioMutedOutlined /> {t("call.unrecorded")}
      </span>
    );
  }
  if (!contact?.queue) return null;
  return <span className="quiet">{t("call.from", { queue: contact.queue, time: duration(contact.waitedS) })}</span>;
}

function CallClock() {
  const call = useDesk((s) => s.call);
  const now = useServerNow();
  if (!call || call.state === "ended") return <span className="clock" />;
  return <span className="clock">{duration((now - milliseconds(call.since)) / 1000)}</span>;
}
