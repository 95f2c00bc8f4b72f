import { App } from "antd";
import { useCallback } from "react";
import { ApiError } from "../api/client";
import { useText } from "../i18n";
import type { Translate } from "../i18n";

/** An error in the words of the agent. */
export function problemText(t: Translate, error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.other", { detail: String(error) });
  if (error.status === 0) return t("error.unreachable");
  if (error.code === "no_more_time") return t("wrapup.extend.none");
  if (error.code === "customer_sure" || error.code === "not_asked") return t("error.other", { detail: error.message });
  if (error.status === 409) return t("error.gone");
  if (error.status === 410) return t("error.expired");
  if (error.status === 403) return t("error.forbidden", { detail: error.message });
  return t("error.other", { detail: error.message });
}

/** Runs a call of the API and shows its error; the session's end has its own page. */
export function useRun(): (call: () => Promise<unknown>) => Promise<boolean> {
  const t = useText();
  const { message } = App.useApp();
  return useCallback(
    async (call) => {
      try {
        await call();
        return true;
      } catch (error) {
        const expired = error instanceof ApiError && error.status === 401;
        if (!expired) void message.error(problemText(t, error));
        return false;
      }
    },
    [t, message],
  );
}
