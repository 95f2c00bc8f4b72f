import { PhoneOutlined } from "../app/icons";
import { Button } from "antd";
import { memo } from "react";
import { phoneNumber } from "../format/number";
import { duration } from "../format/time";
import { useText } from "../i18n";
import { sureName } from "../state/model";
import { store, useDesk } from "../state/store";

/** What is on my desk now, what I owe, and my day. */
export const Contacts = memo(function Contacts() {
  const t = useText();
  const contact = useDesk((s) => s.contact);
  const wrapup = useDesk((s) => s.wrapup);
  const unfinished = useDesk((s) => s.unfinished);
  const today = useDesk((s) => s.today);
  const name = sureName(contact);
  const average = today.calls > 0 ? today.handling_s / today.calls : 0;
  return (
    <aside className="column column-contacts" aria-label={t("contacts.title")}>
      <h2>{t("contacts.title")}</h2>
      {contact || wrapup ? (
        <div className="contact-card" aria-current="true">
          <PhoneOutlined />
          <div>
            <strong className={name ? "" : "unsure"}>{name ?? (wrapup?.name || t("contacts.unknown"))}</strong>
            <div className="quiet">
              {contact ? phoneNumber(contact.caller) : t("wrapup.title")}
              {contact?.pop && !name && ` · ${t("contacts.unsure")}`}
            </div>
          </div>
        </div>
      ) : (
        <p className="quiet">{t("contacts.none")}</p>
      )}
      {unfinished.length > 0 && <h2>{t("contacts.unfinished")}</h2>}
      {unfinished.map((owed) => (
        <div key={owed.call} className="contact-card owed">
          <span>{phoneNumber(owed.name) || owed.call}</span>
          <Button
            size="small"
            disabled={contact !== null || wrapup !== null}
            onClick={() => store.dispatch({ type: "wrapup.reopened", call: owed.call })}
          >
            {t("contacts.finish")}
          </Button>
        </div>
      ))}
      <h2>{t("today.title")}</h2>
      <dl className="today">
        <dt>{t("today.calls")}</dt>
        <dd>{today.calls}</dd>
        <dt>{t("today.handling")}</dt>
        <dd>{duration(today.handling_s)}</dd>
        <dt>{t("today.average")}</dt>
        <dd>{duration(average)}</dd>
      </dl>
    </aside>
  );
});
