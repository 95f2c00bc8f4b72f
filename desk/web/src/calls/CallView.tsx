import { CaretRightFilled } from "../app/icons";
import { Alert, Button, Spin } from "antd";
import { useCallback, useState } from "react";
import { client } from "../api/client";
import type { CallDetail, Written } from "../api/types";
import { problemText } from "../app/useRun";
import { Path } from "../customer/Path";
import { phoneNumber } from "../format/number";
import { duration, useTimes } from "../format/time";
import { useText, word } from "../i18n";
import { Player } from "./Player";
import { useDispositionWords } from "../wrapup/dispositions";
import { useFetched } from "./useFetched";
import { isSure, whoOf } from "./who";

/** One call: what it was, its recording, the way through the flow, its events. */
export function CallView({ id, play }: { id: string; play?: string | undefined }) {
  const t = useText();
  const { data, error, again } = useFetched(useCallback(() => client.call(id), [id]));
  const [playing, setPlaying] = useState(play);
  return (
    <div className="call-view">
      {playing && <Player recording={playing} />}
      {error !== null && (
        <Alert
          type="error"
          showIcon
          title={problemText(t, error)}
          action={<Button onClick={again}>{t("error.retry")}</Button>}
        />
      )}
      {!data && error === null && <Spin className="spin" />}
      {data && <Facts call={data} />}
      {data?.recording && (
        <Keep call={data} onPlay={playing || data.live ? null : () => setPlaying(data.recording?.id)} />
      )}
      {data?.wrapup && <WrittenUp written={data.wrapup} />}
      {data && <Path steps={data.path} />}
      {data && <Events call={data} />}
    </div>
  );
}

function Facts({ call }: { call: CallDetail }) {
  const t = useText();
  const times = useTimes();
  const facts: [string, string][] = [
    [t("customer.number"), phoneNumber(call.caller)],
    [t("customer.queue"), call.queue ?? ""],
    [t("calls.agent"), call.agent ?? ""],
    [t("calls.duration"), call.seconds == null ? "" : duration(call.seconds)],
    [t("calls.outcome"), word(t, "outcome", call.outcome)],
  ];
  return (
    <>
      <h2>
        {whoOf(call)}
        {!isSure(call) && "?"} <small className="quiet">{times.short(call.started, Date.now())}</small>
      </h2>
      <dl className="facts">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}

/** What the agent wrote after the call. */
function WrittenUp({ written }: { written: Written }) {
  const t = useText();
  const disposition = useDispositionWords()(written.disposition) ?? written.disposition;
  return (
    <section className="block" data-testid="call-wrapup">
      <h3>{t("wrapup.title")}</h3>
      <p>
        <strong>{disposition}</strong>
        {written.promise && ` · ${t("wrapup.promise")}: ${written.promise}`}
      </p>
      {written.notes && <p className="written">{written.notes}</p>}
    </section>
  );
}

function Keep({ call, onPlay }: { call: CallDetail; onPlay: (() => void) | null }) {
  const t = useText();
  const times = useTimes();
  const until = call.recording?.keep_until;
  return (
    <p className="keep">
      {onPlay && (
        <Button type="primary" icon={<CaretRightFilled />} onClick={onPlay}>
          {t("calls.play")}
        </Button>
      )}
      {until && <span className="quiet">{t("calls.keep", { date: times.day(until) })}</span>}
    </p>
  );
}

function Events({ call }: { call: CallDetail }) {
  const t = useText();
  const times = useTimes();
  if (call.events.length === 0) return null;
  return (
    <details className="events">
      <summary>{t("calls.events")}</summary>
      <ol>
        {call.events.map((event, i) => (
          <li key={i}>
            <time>{times.exact(event.t)}</time> <code>{event.kind}</code>
          </li>
        ))}
      </ol>
    </details>
  );
}
