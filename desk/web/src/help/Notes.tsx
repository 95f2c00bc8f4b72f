import { CheckOutlined } from "../app/icons";
import { Input } from "antd";
import { useId } from "react";
import { useDraftWork } from "../app/work";
import { useText } from "../i18n";

export function Notes({ call }: { call: string | null }) {
  const t = useText();
  const id = useId();
  const { draft, change } = useDraftWork();
  return (
    <section className="notes">
      <h2>
        <label htmlFor={id}>{t("notes.title")}</label>
        {draft.notes && (
          <small className="quiet">
            <CheckOutlined /> {t("notes.kept")}
          </small>
        )}
      </h2>
      <Input.TextArea
        id={id}
        className="notes-text"
        data-testid="notes"
        disabled={call === null}
        placeholder={call === null ? t("notes.none") : t("notes.place")}
        maxLength={4000}
        value={draft.notes}
        onChange={(event) => change({ notes: event.target.value })}
      />
    </section>
  );
}
