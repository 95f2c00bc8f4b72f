import { memo } from "react";
import { useText } from "../i18n";
import { useDesk } from "../state/store";
import { WrapUpPanel } from "../wrapup/WrapUpPanel";
import { Notes } from "./Notes";
import { ScriptPanel } from "./ScriptPanel";

/** Help is always on the right; the notes keep their place when the call becomes wrap-up. */
export const HelpColumn = memo(function HelpColumn() {
  const t = useText();
  const wrapup = useDesk((s) => s.wrapup);
  const contact = useDesk((s) => s.contact);
  const call = wrapup?.call ?? contact?.call ?? null;
  return (
    <aside className="column column-help" aria-label={t("panel.help")}>
      {wrapup ? (
        <WrapUpPanel wrapup={wrapup} key={wrapup.call} />
      ) : (
        <ScriptPanel script={contact?.pop?.script ?? null} key={call} />
      )}
      <Notes call={call} />
    </aside>
  );
});
