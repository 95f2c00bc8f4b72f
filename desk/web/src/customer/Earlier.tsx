import { CaretRightFilled } from "../app/icons";
import { Button } from "antd";
import type { EarlierCall } from "../api/types";
import { useWork } from "../app/work";
import { useTimes } from "../format/time";
import { useText, word } from "../i18n";
import { useDispositionWords } from "../wrapup/dispositions";

/** Earlier calls of this customer; a recording plays in the drawer. */
export function Earlier({ calls, withheld }: { calls: EarlierCall[]; withheld: boolean }) {
  const t = useText();
  const times = useTimes();
  const { openCalls } = useWork();
  const disposition = useDispositionWords();
  return (
    <section className="block" data-testid="pop-earlier">
      <h3>{t("earlier.title")}</h3>
      {calls.length === 0 && <p className="quiet">{t(withheld ? "earlier.unsure" : "earlier.none")}</p>}
      <ul className="earlier">
        {calls.map((call) => {
          const time = times.short(call.at, Date.now());
          return (
            <li key={call.call}>
              <Button type="link" size="small" onClick={() => openCalls(call.call)}>
                {time}
              </Button>
              <span>{disposition(call.outcome) ?? word(t, "outcome", call.outcome)}</span>
              {call.recording && (
                <Button
                  size="small"
                  icon={<CaretRightFilled />}
                  aria-label={t("earlier.play", { time })}
                  onClick={() => openCalls(call.call, call.recording ?? undefined)}
                >
                  {t("calls.play")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
