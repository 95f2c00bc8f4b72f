import { LoadingOutlined, WarningFilled } from "../app/icons";
import { Button } from "antd";
import { memo, useEffect, useState } from "react";
import { useWork } from "../app/work";
import { useText } from "../i18n";
import { useDesk, useServerNow } from "../state/store";

const PATIENCE_MS = 1500;

/** The yellow bar: what still works, and when we try again. */
export const LostLink = memo(function LostLink() {
  const t = useText();
  const { retryLink } = useWork();
  const link = useDesk((s) => s.link);
  const first = !link.everUp;
  const late = useLate(!link.up, first ? PATIENCE_MS : 0);
  if (link.up || !late) return <div role="status" />;
  return (
    <div className="lost" role="status" data-testid="link-lost">
      {first ? <LoadingOutlined /> : <WarningFilled />}
      <span>
        <strong>{first ? t("link.first") : t("link.lost")}</strong> <Countdown retryAt={link.retryAt} />{" "}
        {!first && t("link.keep")}
      </span>
      <Button size="small" onClick={retryLink}>
        {t("link.now")}
      </Button>
    </div>
  );
});

function Countdown({ retryAt }: { retryAt: number | null }) {
  const t = useText();
  const skewMs = useDesk((s) => s.skewMs);
  const left = Math.ceil(((retryAt ?? 0) - (useServerNow() - skewMs)) / 1000);
  // A number that changes each second must not be read out each second.
  return <span aria-hidden>{left > 0 ? t("link.next", { s: left }) : t("link.trying")}</span>;
}

function useLate(on: boolean, afterMs: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!on) return setLate(false);
    const timer = setTimeout(() => setLate(true), afterMs);
    return () => clearTimeout(timer);
  }, [on, afterMs]);
  return on && late;
}
