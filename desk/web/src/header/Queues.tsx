import { TeamOutlined } from "../app/icons";
import { duration } from "../format/time";
import { useText } from "../i18n";
import { useDesk, useServerNow } from "../state/store";

/** Who waits for me: queue, how many, how long. */
export function Queues() {
  const t = useText();
  const queues = useDesk((s) => s.queues);
  const queuesAt = useDesk((s) => s.queuesAt);
  const skewMs = useDesk((s) => s.skewMs);
  const passed = Math.max(0, (useServerNow() - skewMs - queuesAt) / 1000);
  return (
    <ul className="queues" data-testid="queues">
      {queues.map((queue) => (
        <li key={queue.queue} className={queue.waiting ? "busy" : ""}>
          <TeamOutlined /> <b>{queue.queue}</b> {t("queue.waiting", { n: queue.waiting })}
          {queue.waiting > 0 && `, ${t("queue.longest", { time: duration(queue.longest_s + passed) })}`}
        </li>
      ))}
    </ul>
  );
}
