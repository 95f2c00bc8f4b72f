import { SmileOutlined } from "@ant-design/icons";
import { phoneNumber } from "../format/number";
import { useText } from "../i18n";
import type { Contact } from "../state/model";
import { useDesk } from "../state/store";
import { Chat } from "./Chat";
import { Earlier } from "./Earlier";
import { FormSoFar } from "./FormSoFar";
import { Headline } from "./Headline";
import { Journey } from "./Journey";
import { Path } from "./Path";
import { Person } from "./Person";

/** The customer: always in the middle, there before the phone rings. */
export function CustomerColumn() {
  const { contact } = useDesk();
  return (
    <main className="column column-customer" id="customer" tabIndex={-1}>
      {contact ? <Pop contact={contact} /> : <Idle />}
    </main>
  );
}

function Pop({ contact }: { contact: Contact }) {
  const t = useText();
  const pop = contact.pop;
  if (!pop) {
    return (
      <div className="idle">
        <h1>{phoneNumber(contact.caller)}</h1>
        <p className="quiet">{t("customer.waiting")}</p>
      </div>
    );
  }
  return (
    <article data-testid="pop" data-offer={contact.offer} data-epoch={contact.epoch} key={contact.call}>
      <Person contact={contact} pop={pop} />
      <Headline contact={contact} pop={pop} />
      <div className="pop-grid">
        <Journey entries={pop.journey} />
        <div className="pop-side">
          <FormSoFar fields={pop.form} sure={pop.match.sure} known={pop.customer !== null} />
          <Chat lines={pop.chat} />
        </div>
      </div>
      <Path steps={pop.path} />
      <Earlier calls={pop.earlier} />
    </article>
  );
}

function Idle() {
  const t = useText();
  return (
    <div className="idle">
      <SmileOutlined aria-hidden className="idle-icon" />
      <h1>{t("customer.idle")}</h1>
      <p className="quiet">{t("customer.idle.hint")}</p>
    </div>
  );
}
