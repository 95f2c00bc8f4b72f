import {
  CheckCircleFilled,
  ExclamationCircleFilled,
  QuestionCircleFilled,
  SafetyCertificateFilled,
} from "../app/icons";
import type { ReactNode } from "react";
import type { Match, Pop } from "../api/types";
import { phoneNumber, regionOf } from "../format/number";
import { useLanguage, useText, word } from "../i18n";
import type { MessageKey } from "../i18n/en";
import type { Contact } from "../state/model";
import { WhoCalls } from "./WhoCalls";

type Surety = "certain" | "likely" | "unsure" | "nobody";

/** How sure a match is, in a word: never by colour alone. */
export function suretyOf(match: Match): Surety {
  if (match.by === "none") return "nobody";
  if (!match.sure) return "unsure";
  return match.confidence >= 1 ? "certain" : "likely";
}

const ICONS: Record<Surety, ReactNode> = {
  certain: <SafetyCertificateFilled />,
  likely: <CheckCircleFilled />,
  unsure: <QuestionCircleFilled />,
  nobody: <ExclamationCircleFilled />,
};

/** Who it is, and why we think so. */
export function Person({ contact, pop }: { contact: Contact; pop: Pop }) {
  const t = useText();
  const { customer, match } = pop;
  const surety = suretyOf(match);
  const name = customer?.name ?? t(match.by === "none" ? "customer.new" : "contacts.unknown");
  return (
    <header className="person">
      <div className="person-line">
        <h1 data-testid="pop-customer" className={match.sure ? "" : "unsure"} data-sure={match.sure}>
          {name}
          {!match.sure && customer && "?"}
        </h1>
        {customer?.level && <span className="level">{t("customer.level", { level: word(t, "level", customer.level) })}</span>}
        <Where contact={contact} pop={pop} />
      </div>
      <div data-testid="pop-match" data-by={match.by} className={`match match-${surety}`}>
        <span className="match-word">
          <span aria-hidden>{ICONS[surety]}</span> {t(`match.${surety}`)}
        </span>
        <span>{byText(match.by)}</span>
        {match.reasons.length > 0 && <span className="quiet">— {match.reasons.join("; ")}</span>}
      </div>
      <WhoCalls contact={contact} pop={pop} />
    </header>
  );

  function byText(by: string): string {
    const known = ["token", "code", "customer", "number", "agent", "none"].includes(by);
    return known ? t(`match.${by}` as MessageKey) : t("match.other", { by });
  }
}

function Where({ contact, pop }: { contact: Contact; pop: Pop }) {
  const t = useText();
  const language = useLanguage();
  const number = pop.customer?.number ?? contact.caller;
  const region = regionOf(number, language);
  return (
    <span className="person-where quiet">
      {phoneNumber(number)}
      {region && ` · ${region}`}
      {contact.queue && ` · ${t("customer.queue")} ${contact.queue}`}
    </span>
  );
}
