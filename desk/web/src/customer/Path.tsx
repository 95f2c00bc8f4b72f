import { Fragment } from "react";
import type { PathStep } from "../api/types";
import { useTimes } from "../format/time";
import { useText } from "../i18n";

/** The states of the flow that the caller went through, with the exit taken. */
export function Path({ steps }: { steps: PathStep[] }) {
  const t = useText();
  const times = useTimes();
  return (
    <section className="block" data-testid="pop-path">
      <h3>{t("path.title")}</h3>
      {steps.length === 0 && <p className="quiet">{t("path.none")}</p>}
      <p className="path">
        {steps.map((step, i) => (
          <Fragment key={i}>
            {i > 0 && (
              <span className="path-arrow" aria-hidden>
                →
              </span>
            )}
            <span className="path-step" title={times.exact(step.at ?? step.t)}>
              {step.state}
              {step.exit && <small> {step.exit}</small>}
            </span>
          </Fragment>
        ))}
      </p>
    </section>
  );
}
