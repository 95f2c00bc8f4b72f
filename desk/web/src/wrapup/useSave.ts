import { App } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, client } from "../api/client";
import { problemText } from "../app/useRun";
import { useDraftWork, useWork } from "../app/work";
import { useText } from "../i18n";
import type { WrapUpState } from "../state/model";
import { store, useDesk } from "../state/store";
import type { Draft } from "./draft";
import { draftKey, forgetDraft, promiseLine } from "./draft";

/** So long before its end a wrap-up saves itself: before the next call comes. */
const BEFORE_END_MS = 2500;

function bodyOf(call: string, draft: Draft) {
  const notes = draft.notes.trim();
  const promise = promiseLine(draft).slice(0, 200);
  return { call, disposition: draft.disposition, ...(notes && { notes }), ...(promise && { promise }) };
}

export interface Save {
  busy: boolean;
  /** The server does not take this wrap-up. */
  late: boolean;
  save: () => Promise<void>;
  drop: () => void;
}

/** Saves a wrap-up by hand, and by itself just before its time is up when a disposition is chosen. */
export function useSave(wrapup: WrapUpState): Save {
  const t = useText();
  const { me } = useWork();
  const { draft } = useDraftWork();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [late, setLate] = useState(false);
  const { call } = wrapup;

  const close = useCallback(() => {
    forgetDraft(me.agent, call);
    store.dispatch({ type: "wrapup.saved", call });
  }, [me.agent, call]);

  const save = async (told: "wrapup.saved" | "wrapup.auto" = "wrapup.saved") => {
    setBusy(true);
    try {
      await client.wrapUp(bodyOf(call, draft));
      void message.success(t(told), 2);
      close();
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiError && error.status === 409) setLate(true);
      else if (!(error instanceof ApiError && error.status === 401)) void message.error(problemText(t, error));
    }
  };

  useBeforeEnd(wrapup, () => {
    if (draft.disposition && !busy) void save("wrapup.auto");
  });
  useSavedElsewhere(draftKey(me.agent, call), close);
  return { busy, late, save, drop: close };
}

function useBeforeEnd({ until }: WrapUpState, act: () => void): void {
  const skewMs = useDesk((s) => s.skewMs);
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (until === null) return;
    const wait = until - BEFORE_END_MS - (Date.now() + skewMs);
    const timer = setTimeout(() => latest.current(), Math.max(0, wait));
    return () => clearTimeout(timer);
  }, [until, skewMs]);
}

/** Another page of this agent has saved it: its draft is gone from the storage that we share. */
function useSavedElsewhere(key: string, act: () => void): void {
  useEffect(() => {
    const listen = (event: StorageEvent) => {
      if (event.key === key && event.newValue === null) act();
    };
    window.addEventListener("storage", listen);
    return () => window.removeEventListener("storage", listen);
  }, [key, act]);
}
