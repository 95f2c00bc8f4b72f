import { memo } from "react";
import { SmileOutlined } from "../app/icons";
import { phoneNumber } from "../format/number";
import { useText } from "../i18n";
import type { Contact } from "../state/model";
import { useDesk } from "../state/store";
import { PopView } from "./PopView";

/** The customer: always in the middle, there before the phone rings. */
export const CustomerColumn = memo(function CustomerColumn() {
  const contact = useDesk((s) => s.contact);
  return (
    <main className="column column-customer" id="customer" tabIndex={-1}>
      {contact ? <Known contact={contact} key={contact.call} /> : <Idle />}
    </main>
  );
});

function Known({ contact }: { contact: Contact }) {
  const t = useText();
  if (contact.pop) return <PopView contact={contact} pop={contact.pop} />;
  return (
    <div className="idle">
      <h1>{phoneNumber(contact.caller)}</h1>
      <p className="quiet">{t("customer.waiting")}</p>
    </div>
  );
}

function Idle() {
  const t = useText();
  return (
    <div className="idle">
      <SmileOutlined className="idle-icon" />
      <h1>{t("customer.idle")}</h1>
      <p className="quiet">{t("customer.idle.hint")}</p>
    </div>
  );
}
