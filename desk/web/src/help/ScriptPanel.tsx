import { SearchOutlined } from "../app/icons";
import { Input } from "antd";
import { useState } from "react";
import type { Script } from "../api/types";
import { useText } from "../i18n";

/** What to say, in order, and standard answers to look up. */
export function ScriptPanel({ script }: { script: Script | null }) {
  const t = useText();
  return (
    <section className="script" data-testid="pop-script">
      <h2>
        {t("script.title")}
        {script && <small>{script.title}</small>}
      </h2>
      {!script && <p className="quiet">{t("script.none")}</p>}
      {script && <Steps steps={script.steps} />}
      {script && script.answers.length > 0 && <Answers answers={script.answers} />}
    </section>
  );
}

function Steps({ steps }: { steps: string[] }) {
  const [said, setSaid] = useState<ReadonlySet<number>>(new Set());
  const toggle = (i: number) => {
    const next = new Set(said);
    if (!next.delete(i)) next.add(i);
    setSaid(next);
  };
  return (
    <ol className="script-steps">
      {steps.map((step, i) => (
        <li key={i}>
          <label>
            <input type="checkbox" checked={said.has(i)} onChange={() => toggle(i)} />
            <span className={said.has(i) ? "said" : ""}>
              {i + 1}. {step}
            </span>
          </label>
        </li>
      ))}
    </ol>
  );
}

function Answers({ answers }: { answers: Script["answers"] }) {
  const t = useText();
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const found = answers.filter(({ q, a }) => `${q} ${a}`.toLowerCase().includes(wanted));
  return (
    <>
      <h3>{t("script.answers")}</h3>
      <Input
        id="script-search"
        size="small"
        prefix={<SearchOutlined />}
        placeholder={t("script.search")}
        aria-label={t("script.search")}
        allowClear
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <div className="answers">
        {found.map(({ q, a }) => (
          <details key={q} open={wanted !== "" || undefined}>
            <summary>{q}</summary>
            <p>{a}</p>
          </details>
        ))}
        {found.length === 0 && <p className="quiet">{t("script.nothing")}</p>}
      </div>
    </>
  );
}
