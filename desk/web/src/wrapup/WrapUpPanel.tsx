import { ClockCircleOutlined, WarningFilled } from "../app/icons";
import { Alert, Button, Input } from "antd";
import { useId, useState } from "react";
import { client } from "../api/client";
import { useDraftWork, useWork } from "../app/work";
import { duration } from "../format/time";
import { ReasonDialog } from "../header/PresenceSwitch";
import { useLanguage, useText } from "../i18n";
import type { WrapUpState } from "../state/model";
import { useServerNow } from "../state/store";
import { useDispositions } from "./dispositions";
import { useSave } from "./useSave";

/** After the call: how it ended, what was promised. The next offer comes when it is saved. */
export function WrapUpPanel({ wrapup }: { wrapup: WrapUpState }) {
  const t = useText();
  const language = useLanguage();
  const ids = useId();
  const { draft, change } = useDraftWork();
  const [missing, setMissing] = useState(false);
  const choices = useDispositions();
  const { busy, late, save, drop } = useSave(wrapup);
  const submit = () => (draft.disposition ? void save() : setMissing(true));

  return (
    <section className="wrapup" data-testid="wrapup" aria-label={t("wrapup.title")}>
      <h2>
        {t("wrapup.title")}
        <Countdown wrapup={wrapup} />
      </h2>
      <label htmlFor={`${ids}d`}>{t("wrapup.disposition")}</label>
      <select
        id={`${ids}d`}
        className="native-select"
        data-testid="disposition"
        value={draft.disposition}
        aria-invalid={missing}
        aria-describedby={missing ? `${ids}m` : undefined}
        onChange={(event) => {
          setMissing(false);
          change({ disposition: event.target.value });
        }}
      >
        <option value="">{t("wrapup.choose")}</option>
        {choices.map((one) => (
          <option key={one.id} value={one.id}>
            {one[language]}
          </option>
        ))}
      </select>
      {missing && (
        <p className="bad" id={`${ids}m`} role="alert">
          <WarningFilled /> {t("wrapup.needed")}
        </p>
      )}
      <label htmlFor={`${ids}p`}>{t("wrapup.promise")}</label>
      <Input
        id={`${ids}p`}
        data-testid="promise"
        maxLength={180}
        placeholder={t("wrapup.promise.place")}
        value={draft.promise}
        onChange={(event) => change({ promise: event.target.value })}
      />
      <div className="wrapup-by">
        <label htmlFor={`${ids}b`}>{t("wrapup.date")}</label>
        <Input
          id={`${ids}b`}
          type="date"
          value={draft.promiseBy}
          onChange={(event) => change({ promiseBy: event.target.value })}
        />
      </div>
      <div className="wrapup-actions">
        <Button data-testid="wrapup-done" type="primary" size="large" loading={busy} onClick={submit}>
          {t("wrapup.done")}
        </Button>
        {!wrapup.over && <Extend wrapup={wrapup} />}
        {late && <Button onClick={drop}>{t("wrapup.drop")}</Button>}
      </div>
      {late && <Alert type="warning" showIcon title={t("wrapup.late")} />}
    </section>
  );
}

function Countdown({ wrapup }: { wrapup: WrapUpState }) {
  const t = useText();
  const now = useServerNow();
  if (wrapup.over || wrapup.until === null) return <small className="bad">{wrapup.over && t("wrapup.over")}</small>;
  const left = (wrapup.until - now) / 1000;
  return (
    <small className={left < 10 ? "bad clock" : "clock"}>
      <ClockCircleOutlined /> {left > 0 ? t("wrapup.left", { time: duration(left) }) : t("wrapup.over")}
    </small>
  );
}

/** More time, as often as the server gives it; what is saved later is kept too. */
function Extend({ wrapup }: { wrapup: WrapUpState }) {
  const t = useText();
  const { run } = useWork();
  const [asking, setAsking] = useState(false);
  const extend = (reason: string) => {
    setAsking(false);
    void run(() => client.extendWrapUp(wrapup.call, reason));
  };
  if (wrapup.extensions === 0) return <span className="quiet">{t("wrapup.extend.none")}</span>;
  return (
    <>
      <Button data-testid="wrapup-extend" size="large" onClick={() => setAsking(true)}>
        {t("wrapup.extend")}
      </Button>
      {asking && (
        <ReasonDialog
          title={t("wrapup.extend.why")}
          hint={t("wrapup.extend.hint", { n: wrapup.extensions })}
          onReason={extend}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  );
}
