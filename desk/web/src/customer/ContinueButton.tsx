import { ArrowRightOutlined, CheckOutlined } from "../app/icons";
import { Button } from "antd";
import { useState } from "react";
import { client } from "../api/client";
import type { Pop } from "../api/types";
import { useWork } from "../app/work";
import { useTimes } from "../format/time";
import { useText } from "../i18n";
import type { Contact } from "../state/model";

/** Opens the app at the customer's step. Each press asks for a new link: a link works once. */
export function ContinueButton({ contact, pop }: { contact: Contact; pop: Pop }) {
  const t = useText();
  const { run } = useWork();
  const [busy, setBusy] = useState(false);
  const [blocked, setBlocked] = useState<string | null>(null);
  const [bad, setBad] = useState(false);
  const { case: caseId, offer, epoch } = contact;
  const able = pop.can_continue && caseId !== null && offer !== null;

  const open = async () => {
    if (caseId === null || offer === null) return;
    setBusy(true);
    await run(async () => {
      const { url } = await client.continueCase(caseId, offer, epoch);
      const web = isWebPage(url);
      setBad(!web);
      setBlocked(web && !openTab(url) ? url : null);
    });
    setBusy(false);
  };

  const n = pop.step?.number;
  return (
    <div className="continue">
      <Button
        data-testid="pop-continue"
        type="primary"
        size="large"
        icon={<ArrowRightOutlined />}
        iconPlacement="end"
        disabled={!able}
        loading={busy}
        onClick={() => void open()}
      >
        {n ? t("continue.button", { n }) : t("continue.plain")}
      </Button>
      <div className="continue-state" role="status">
        {!pop.can_continue && !pop.match.sure && <span className="quiet">{t("continue.not")}</span>}
        {bad && <span>{t("continue.bad")}</span>}
        {blocked && (
          <span>
            {t("continue.blocked")}{" "}
            <a href={blocked} target="_blank" rel="noopener noreferrer" onClick={() => setBlocked(null)}>
              {t("continue.link")}
            </a>
          </span>
        )}
        {!blocked && <Opened continued={pop.continued} />}
      </div>
    </div>
  );
}

function Opened({ continued }: { continued: Pop["continued"] }) {
  const t = useText();
  const times = useTimes();
  if (!continued) return null;
  const { result, at } = continued;
  const done = continued.state === "completed";
  return (
    <span data-testid="pop-continued" className={done ? "good" : ""}>
      <CheckOutlined />{" "}
      {done ? t("continue.result", { result: result ?? "" }) : t("continue.opened", { time: times.exact(at) })}
    </span>
  );
}

/** The address comes from the app: nothing but a web page may be opened. */
export function isWebPage(url: string): boolean {
  return URL.canParse(url, location.href) && /^https?:$/.test(new URL(url, location.href).protocol);
}

/** False when the browser blocked it. The opened page cannot reach ours. */
function openTab(url: string): boolean {
  const tab = window.open("", "_blank");
  if (!tab) return false;
  tab.opener = null;
  tab.location.href = new URL(url, location.href).href;
  return true;
}
