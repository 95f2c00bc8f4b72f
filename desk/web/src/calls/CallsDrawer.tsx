import { ArrowLeftOutlined } from "../app/icons";
import { Button, Drawer } from "antd";
import { useState } from "react";
import { useText } from "../i18n";
import { CallList } from "./CallList";
import { CallView } from "./CallView";

interface Props {
  start: { call?: string; play?: string };
  onClose: () => void;
}

/** The list of calls, and one call with its path and recording. */
export default function CallsDrawer({ start, onClose }: Props) {
  const t = useText();
  const [shown, setShown] = useState(start);
  const back = (
    <Button type="text" icon={<ArrowLeftOutlined />} onClick={() => setShown({})}>
      {t("calls.back")}
    </Button>
  );
  return (
    <Drawer
      open
      size={760}
      title={t("calls.title")}
      extra={shown.call ? back : null}
      onClose={onClose}
      data-testid="calls-drawer"
    >
      {shown.call ? (
        <CallView id={shown.call} play={shown.play} key={shown.call} />
      ) : (
        <CallList onOpen={(call, play) => setShown({ call, play })} />
      )}
    </Drawer>
  );
}
