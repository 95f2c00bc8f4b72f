import { useCallback, useEffect, useState } from "react";
import { recall, remember } from "../app/settings";

/** What an agent has typed about a call and not saved yet. */
export interface Draft {
  notes: string;
  disposition: string;
  promise: string;
  /** `2026-11-25`, or empty. */
  promiseBy: string;
  at: number;
}

export const emptyDraft: Draft = { notes: "", disposition: "", promise: "", promiseBy: "", at: 0 };
const PREFIX = "segue.draft.";
const KEEP_MS = 48 * 3600 * 1000;

export const draftKey = (agent: string, call: string) => `${PREFIX}${agent}.${call}`;

export function parseDraft(text: string | null): Draft {
  if (!text) return emptyDraft;
  try {
    return { ...emptyDraft, ...(JSON.parse(text) as Partial<Draft>) };
  } catch {
    return emptyDraft;
  }
}

/** The body's `promise`: the day before the words, as one line. */
export function promiseLine(draft: Draft): string {
  return [draft.promiseBy, draft.promise.trim()].filter(Boolean).join(" ");
}

export function forgetDraft(agent: string, call: string): void {
  try {
    localStorage.removeItem(draftKey(agent, call));
  } catch {
    return;
  }
}

/** The draft of one call, in this computer's storage: it survives a reload and a lost connection. */
export function useDraft(agent: string, call: string | null): [Draft, (change: Partial<Draft>) => void] {
  const [held, setHeld] = useState<{ call: string | null; draft: Draft }>({ call: null, draft: emptyDraft });
  let current = held;
  if (held.call !== call) {
    current = { call, draft: call ? parseDraft(recall(draftKey(agent, call))) : emptyDraft };
    setHeld(current);
  }
  useEffect(() => dropOld(Date.now()), []);
  const change = useCallback(
    (part: Partial<Draft>) => {
      if (!call) return;
      setHeld((before) => {
        const base = before.call === call ? before.draft : parseDraft(recall(draftKey(agent, call)));
        const draft = { ...base, ...part, at: Date.now() };
        remember(draftKey(agent, call), JSON.stringify(draft));
        return before.call === call ? { call, draft } : before;
      });
    },
    [agent, call],
  );
  return [current.draft, change];
}

/** Customers' matters do not stay on a computer for ever. */
function dropOld(now: number): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX)) continue;
      if (now - parseDraft(localStorage.getItem(key)).at > KEEP_MS) localStorage.removeItem(key);
    }
  } catch {
    return;
  }
}
