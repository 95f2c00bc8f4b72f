import { Alert, Button } from "antd";
import { useState } from "react";
import { client } from "../api/client";
import { useText } from "../i18n";

/** The browser's own player: it seeks by range requests. It exists only when asked for, as each play is audited. */
export function Player({ recording }: { recording: string }) {
  const t = useText();
  const [failed, setFailed] = useState(false);
  const again = <Button onClick={() => setFailed(false)}>{t("error.retry")}</Button>;
  return (
    <figure className="player">
      <figcaption>{t("calls.player")}</figcaption>
      {failed ? (
        <Alert type="warning" showIcon title={t("calls.failed")} action={again} />
      ) : (
        <audio
          data-testid="recording-player"
          controls
          autoPlay
          preload="metadata"
          src={client.audioUrl(recording)}
          onError={() => setFailed(true)}
        />
      )}
    </figure>
  );
}
