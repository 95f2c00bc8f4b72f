import { Segmented } from "antd";
import { memo } from "react";
import { useText } from "../i18n";

export const PANELS = ["customer", "help", "today"] as const;
export type Panel = (typeof PANELS)[number];

interface Props {
  panel: Panel;
  onPanel: (panel: Panel) => void;
}

/** On a narrow screen one column shows at a time. */
export const PanelSwitch = memo(function PanelSwitch({ panel, onPanel }: Props) {
  const t = useText();
  const options = PANELS.map((id) => ({ value: id, label: t(`panel.${id}`) }));
  return <Segmented<Panel> className="panels" block value={panel} onChange={onPanel} options={options} />;
});
