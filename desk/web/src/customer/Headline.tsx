import { WarningFilled } from "../app/icons";
import type { Pop, Step } from "../api/types";
import { useText } from "../i18n";
import type { Translate } from "../i18n";
import type { Contact } from "../state/model";
import { ContinueButton } from "./ContinueButton";

/** Where the customer is stuck, in one sentence, and the way on from there. */
export function Headline({ contact, pop }: { contact: Contact; pop: Pop }) {
  const t = useText();
  const { step } = pop;
  const done = step?.state === "completed";
  return (
    <section className="headline" data-testid="pop-step">
      <div className="headline-words">
        <h2>{step ? sentence(t, step) : t("step.none")}</h2>
        {step && !done && (step.text || step.error) && (
          <p className={step.error ? "headline-error" : ""}>
            {step.error && <WarningFilled />} {step.text}
            {step.error && <code title={t("step.error", { code: step.error })}>{step.error}</code>}
          </p>
        )}
        {step?.number && step.of ? <Progress number={done ? step.number + 1 : step.number} of={step.of} here={!done} /> : null}
      </div>
      {step && <ContinueButton contact={contact} pop={pop} />}
    </section>
  );
}

function sentence(t: Translate, step: Step): string {
  const { number, of, title } = step;
  const name = step.step_title || step.step;
  if (step.state === "completed") return t("step.completed", { step: name, title });
  if (!number || !of) return t("step.at", { step: name, title });
  return t(step.state === "open" ? "step.open" : "step.stuck", { n: number, of, step: name, title });
}

/** Steps as segments; the sentence above says the same in words. */
function Progress({ number, of, here }: { number: number; of: number; here: boolean }) {
  const count = Math.min(Math.max(of, 0), 20);
  const kind = (i: number) => (i + 1 < number ? "past" : here && i + 1 === number ? "here" : "");
  return (
    <div className="progress" aria-hidden>
      {Array.from({ length: count }, (_, i) => (
        <span key={i} className={kind(i)} />
      ))}
    </div>
  );
}
