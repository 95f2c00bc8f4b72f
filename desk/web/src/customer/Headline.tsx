import { WarningFilled } from "@ant-design/icons";
import type { Pop, Step } from "../api/types";
import { useText } from "../i18n";
import type { Translate } from "../i18n";
import type { Contact } from "../state/model";
import { ContinueButton } from "./ContinueButton";

/** Where the customer is stuck, in one sentence, and the way on from there. */
export function Headline({ contact, pop }: { contact: Contact; pop: Pop }) {
  const t = useText();
  const { step } = pop;
  return (
    <section className="headline" data-testid="pop-step">
      <div className="headline-words">
        <h2>{step ? sentence(t, step) : t("step.none")}</h2>
        {step && (step.text || step.error) && (
          <p className={step.error ? "headline-error" : ""}>
            {step.error && <WarningFilled aria-hidden />} {step.text}
            {step.error && <code title={t("step.error", { code: step.error })}>{step.error}</code>}
          </p>
        )}
        {step?.number != null && step.of != null && <Progress number={step.number} of={step.of} />}
      </div>
      {step && <ContinueButton contact={contact} pop={pop} />}
    </section>
  );
}

function sentence(t: Translate, step: Step): string {
  const { number, of, title } = step;
  if (number == null || of == null) return t("step.at", { step: step.step, title });
  return t("step.stuck", { n: number, of, step: step.step, title });
}

/** Steps as segments; the sentence above says the same in words. */
function Progress({ number, of }: { number: number; of: number }) {
  const count = Math.min(Math.max(of, 0), 20);
  const kind = (i: number) => (i + 1 < number ? "past" : i + 1 === number ? "here" : "");
  return (
    <div className="progress" aria-hidden>
      {Array.from({ length: count }, (_, i) => (
        <span key={i} className={kind(i)} />
      ))}
    </div>
  );
}
