import { EyeInvisibleOutlined } from "../app/icons";
import type { FormField } from "../api/types";
import { dots } from "../format/number";
import { useText } from "../i18n";

interface Props {
  fields: FormField[];
  withheld: boolean;
}

/** What the customer has filled in, as far as this role may see it. */
export function FormSoFar({ fields, withheld }: Props) {
  const t = useText();
  const empty = t(withheld ? "form.unsure" : "form.none");
  return (
    <section className="block" data-testid="pop-form">
      <h3>{t("form.title")}</h3>
      {fields.length === 0 && <p className="quiet">{empty}</p>}
      <dl className="form">
        {fields.map((field) => (
          <div key={field.name}>
            <dt>{field.label}</dt>
            <dd>{field.hidden ? <Hidden label={field.label} /> : <Shown value={field.value ?? ""} />}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Hidden({ label }: { label: string }) {
  const t = useText();
  return (
    <span
      className="hidden-value"
      tabIndex={0}
      role="img"
      aria-label={`${t("form.hidden.mark")}. ${t("form.hidden", { label })}`}
      data-reason={t("form.hidden", { label })}
    >
      •••••• <EyeInvisibleOutlined />
    </span>
  );
}

function Shown({ value }: { value: string }) {
  const t = useText();
  const shown = dots(value);
  return shown === value ? <span>{value}</span> : <span title={t("form.masked")}>{shown}</span>;
}
