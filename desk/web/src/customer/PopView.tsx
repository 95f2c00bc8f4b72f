import type { Pop } from "../api/types";
import type { Contact } from "../state/model";
import { Chat } from "./Chat";
import { Earlier } from "./Earlier";
import { FormSoFar } from "./FormSoFar";
import { Headline } from "./Headline";
import { Journey } from "./Journey";
import { Path } from "./Path";
import { Person } from "./Person";

/** All that is known of the customer, most needed first. */
export function PopView({ contact, pop }: { contact: Contact; pop: Pop }) {
  const withheld = !pop.match.sure && pop.match.by !== "none";
  return (
    <article data-testid="pop" data-offer={contact.offer} data-epoch={contact.epoch}>
      <Person contact={contact} pop={pop} />
      <Headline contact={contact} pop={pop} />
      <div className="pop-grid">
        <div>
          <Journey entries={pop.journey} />
          <Path steps={pop.path} />
          <Earlier calls={pop.earlier} withheld={withheld} />
        </div>
        <div>
          <FormSoFar fields={pop.form} withheld={withheld} />
          <Chat lines={pop.chat} withheld={withheld} />
        </div>
      </div>
    </article>
  );
}
