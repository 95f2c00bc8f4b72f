import { Modal } from "antd";
import { useText } from "../i18n";
import { KEYS, textOf } from "./keys";

export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText();
  return (
    <Modal open={open} title={t("keys.title")} footer={null} onCancel={onClose}>
      <dl className="keys" data-testid="keys">
        {KEYS.map((key) => (
          <div key={key.code}>
            <dt>
              <kbd>Alt</kbd> <kbd>{key.label}</kbd>
            </dt>
            <dd>{t(textOf(key.action))}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">{t("keys.hint")}</p>
    </Modal>
  );
}
