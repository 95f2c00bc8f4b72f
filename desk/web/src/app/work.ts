import { createContext, useContext } from "react";
import type { Me } from "../api/types";
import type { Draft } from "../wrapup/draft";

/** What the parts of the desk share besides the server's state; it stays the same while an agent is signed in. */
export interface Work {
  me: Me;
  /** Runs a call of the API; tells what went wrong. True when it worked. */
  run: (call: () => Promise<unknown>) => Promise<boolean>;
  openCalls: (call?: string, play?: string) => void;
  retryLink: () => void;
}

/** Notes and choices for the contact on the page. Apart from `Work`, as it changes with each key. */
export interface DraftWork {
  draft: Draft;
  change: (change: Partial<Draft>) => void;
}

export const WorkContext = createContext<Work | null>(null);
export const DraftContext = createContext<DraftWork | null>(null);

export function useWork(): Work {
  return inside(useContext(WorkContext));
}

export function useDraftWork(): DraftWork {
  return inside(useContext(DraftContext));
}

function inside<T>(value: T | null): T {
  if (value === null) throw new Error("outside of the desk");
  return value;
}
