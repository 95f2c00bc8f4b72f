import type { ChatLine } from "../api/types";
import { useTimes } from "../format/time";
import { useText, word } from "../i18n";

interface Props {
  lines: ChatLine[];
  /** Somebody may be known, but not for certain: their words are not shown. */
  withheld: boolean;
}

export function Chat({ lines, withheld }: Props) {
  const t = useText();
  const times = useTimes();
  return (
    <section className="block" data-testid="pop-chat">
      <h3>{t("chat.title")}</h3>
      {lines.length === 0 && <p className="quiet">{t(withheld ? "chat.unsure" : "chat.none")}</p>}
      <ol className="chat">
        {lines.map((line, i) => (
          <li key={i} className={`chat-${line.who}`}>
            <span className="chat-who">
              {word(t, "chat", line.who)} <time>{times.exact(line.at)}</time>
            </span>
            <span className="chat-text">{line.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
