import { useEffect } from "react";
import { phoneNumber } from "../format/number";
import { useText } from "../i18n";
import { sureName } from "../state/model";
import { useDesk } from "../state/store";
import { phaseOf } from "./CallBar";

/** Tells a ringing call to a screen reader, and to whoever looks at another tab. */
export function RingAloud() {
  const t = useText();
  const state = useDesk((s) => s);
  const phase = phaseOf(state);
  const ringing = phase === "offered" || phase === "ringing";
  const who = sureName(state.contact) ?? (state.contact ? phoneNumber(state.contact.caller) : "");
  const text = ringing ? t("call.live", { who }) : "";
  useEffect(() => {
    document.title = ringing ? `☎ ${who} · Segue` : "Segue";
  }, [ringing, who]);
  return (
    <div className="aloud" aria-live="assertive" role="alert">
      {text}
    </div>
  );
}
