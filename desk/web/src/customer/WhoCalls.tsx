import { Button, Input } from "antd";
import { useId, useState } from "react";
import { client } from "../api/client";
import type { Pop, WhoCalls as Who } from "../api/types";
import { useWork } from "../app/work";
import { useText } from "../i18n";
import type { Contact } from "../state/model";
import { useDesk } from "../state/store";

interface Props {
  contact: Contact;
  pop: Pop;
}

/** The question that finds out who it is, and what was answered: a candidate, or somebody new. */
export function WhoCalls({ contact, pop }: Props) {
  const t = useText();
  const { run } = useWork();
  const [busy, setBusy] = useState(false);
  // Nobody is asked before the call is answered.
  const spoken = useDesk((s) => s.call?.call === contact.call && s.call.state !== "ringing");
  const { match } = pop;
  const { call, offer, epoch } = contact;
  if (match.sure && match.candidates.length === 0) return null;
  const able = spoken && offer !== null && !busy;
  const say = async (who: Who) => {
    if (offer === null) return;
    setBusy(true);
    await run(() => client.sayWhoCalls(call, offer, epoch, who));
    setBusy(false);
  };
  return (
    <div className={match.sure ? "who-else" : "ask"} data-testid="pop-ask">
      {match.by === "none" && <p>{t("customer.new.hint")}</p>}
      {match.question && (
        <p>
          <strong>{t("match.ask")}:</strong> {match.question}
        </p>
      )}
      {match.candidates.length > 0 && (
        <p className="candidates">
          <span>{t(match.sure ? "match.slip" : "match.candidates")}:</span>
          {match.candidates.map((one) => (
            <Button
              key={one.case}
              size="small"
              data-testid="pop-candidate"
              title={t("match.confirm", { name: one.name })}
              disabled={!able}
              onClick={() => void say({ case: one.case })}
            >
              {one.name}
            </Button>
          ))}
        </p>
      )}
      {!match.sure && <NewCustomer number={contact.caller} able={able} open={match.by === "none"} onSay={say} />}
      {!match.sure && (
        // Its place stays when the call is answered: nothing moves then.
        <p className={spoken ? "unseen" : "quiet"} aria-hidden={spoken}>
          {t("match.later")}
        </p>
      )}
    </div>
  );
}

interface FormProps {
  number: string;
  able: boolean;
  open: boolean;
  onSay: (who: Who) => Promise<void>;
}

function NewCustomer({ number, able, open, onSay }: FormProps) {
  const t = useText();
  const ids = useId();
  const [shown, setShown] = useState(open);
  const [name, setName] = useState("");
  const [told, setTold] = useState(number);
  if (!shown) {
    return (
      <Button size="small" type="link" data-testid="pop-new" onClick={() => setShown(true)}>
        {t("customer.new.other")}
      </Button>
    );
  }
  const submit = () => void onSay({ new: { name: name.trim(), number: told.trim() } });
  return (
    <form
      className="new-customer"
      data-testid="pop-new-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (able && name.trim()) submit();
      }}
    >
      <label htmlFor={`${ids}n`}>{t("customer.new.name")}</label>
      <Input
        id={`${ids}n`}
        size="small"
        data-testid="pop-new-name"
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <label htmlFor={`${ids}t`}>{t("customer.number")}</label>
      <Input
        id={`${ids}t`}
        size="small"
        type="tel"
        maxLength={40}
        value={told}
        onChange={(event) => setTold(event.target.value.replace(/[^+0-9 ()./-]/g, ""))}
      />
      <Button size="small" htmlType="submit" data-testid="pop-new-save" disabled={!able || !name.trim()}>
        {t("customer.new.save")}
      </Button>
    </form>
  );
}
