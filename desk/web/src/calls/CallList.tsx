import { CaretRightFilled } from "../app/icons";
import { Alert, Button, Spin } from "antd";
import { useCallback, useState } from "react";
import { client } from "../api/client";
import type { Call } from "../api/types";
import { problemText } from "../app/useRun";
import { phoneNumber } from "../format/number";
import { duration, useTimes } from "../format/time";
import { useText, word } from "../i18n";
import { useWork } from "../app/work";
import { useFetched } from "./useFetched";
import { isSure, whoOf } from "./who";

interface Props {
  onOpen: (call: string, play?: string) => void;
}

export function CallList({ onOpen }: Props) {
  const t = useText();
  const { run } = useWork();
  const first = useFetched(useCallback(() => client.calls(), []));
  const [more, setMore] = useState<{ calls: Call[]; next: string | null } | null>(null);
  if (first.error) {
    const again = <Button onClick={first.again}>{t("error.retry")}</Button>;
    return <Alert type="error" showIcon title={problemText(t, first.error)} action={again} />;
  }
  if (!first.data) return <Spin className="spin" />;
  const calls = [...first.data.calls, ...(more?.calls ?? [])];
  const next = more ? more.next : first.data.next;
  const loadMore = (before: string) =>
    run(async () => {
      const page = await client.calls(before);
      setMore({ calls: [...(more?.calls ?? []), ...page.calls], next: page.next });
    });
  return (
    <>
      {calls.length === 0 && <p className="quiet">{t("calls.none")}</p>}
      <ul className="calls" data-testid="calls">
        {calls.map((call) => (
          <Row key={call.call} call={call} onOpen={onOpen} />
        ))}
      </ul>
      {next && (
        <Button block onClick={() => void loadMore(next)}>
          {t("calls.more")}
        </Button>
      )}
    </>
  );
}

function Row({ call, onOpen }: { call: Call; onOpen: Props["onOpen"] }) {
  const t = useText();
  const times = useTimes();
  const who = whoOf(call);
  const number = phoneNumber(call.caller);
  const time = times.short(call.started, Date.now());
  const recording = call.recording;
  return (
    <li data-testid="call-row" data-call={call.call}>
      <time>{time}</time>
      <button className="call-who" onClick={() => onOpen(call.call)} aria-label={t("calls.open.of", { who, time })}>
        <strong className={isSure(call) ? "" : "unsure"}>
          {who}
          {!isSure(call) && "?"}
        </strong>
        {who !== number && <span className="quiet">{number}</span>}
      </button>
      <span className="call-queue quiet">{call.queue}</span>
      <span className="call-outcome">{word(t, "outcome", call.outcome)}</span>
      <span className="clock">{call.seconds == null ? "" : duration(call.seconds)}</span>
      {recording && call.live ? (
        <span className="quiet">{t("call.recording")}</span>
      ) : recording ? (
        <Button
          size="small"
          data-testid="call-play"
          icon={<CaretRightFilled />}
          aria-label={t("calls.play.of", { who, time })}
          onClick={() => onOpen(call.call, recording.id)}
        >
          {t("calls.play")}
        </Button>
      ) : (
        <span className="quiet">{t("calls.unrecorded")}</span>
      )}
    </li>
  );
}
