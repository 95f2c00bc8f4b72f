import { CaretRightOutlined, PauseOutlined, PhoneOutlined } from "../app/icons";
import { Button } from "antd";
import { useState } from "react";
import { client } from "../api/client";
import { useWork } from "../app/work";
import { useText } from "../i18n";
import type { BarPhase } from "./CallBar";

/** Hold and Resume change places in one slot; both ask the phone through the server. */
export function CallActions({ phase }: { phase: BarPhase }) {
  const t = useText();
  const { run } = useWork();
  const [busy, setBusy] = useState(false);
  const act = (call: () => Promise<unknown>) => {
    setBusy(true);
    void run(call).finally(() => setBusy(false));
  };
  const ringing = phase === "ringing";
  const inCall = phase === "talking" || phase === "held";
  return (
    <div className="callbar-actions">
      {phase === "held" ? (
        <Button
          data-testid="resume"
          size="large"
          type="primary"
          icon={<CaretRightOutlined />}
          disabled={busy}
          onClick={() => act(() => client.resume())}
        >
          {t("call.resume")}
        </Button>
      ) : (
        <Button
          data-testid="hold"
          size="large"
          icon={<PauseOutlined />}
          disabled={!inCall || busy}
          onClick={() => act(() => client.hold())}
        >
          {t("call.hold")}
        </Button>
      )}
      <Button
        data-testid="hangup"
        size="large"
        danger
        type="primary"
        className="hangup"
        icon={<PhoneOutlined className="hung-up" />}
        disabled={!(inCall || ringing) || busy}
        onClick={() => act(() => client.hangUp())}
      >
        {t(ringing ? "call.reject" : "call.hangup")}
      </Button>
    </div>
  );
}
