import { ArrowRightOutlined, CheckOutlined } from "@ant-design/icons";
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
        {n != null ? t("continue.button", { n }) : t("continue.plain")}
      </Button>
      <div className="continue-state" role="status">
        {!pop.can_continue && <span className="quiet">{t("continue.not")}</span>}
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
  const at = typeof continued === "object" ? continued.at : continued === true ? null : continued;
  const time = at == null ? "" : times.exact(at);
  return (
    <span data-testid="pop-continued">
      <CheckOutlined aria-hidden /> {time ? t("continue.opened", { time }) : t("continue.open")}
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
