import { createContext, useContext } from "react";
import type { Draft } from "../wrapup/draft";
import type { Me } from "../api/types";

/** What the parts of the desk share besides the server's state. */
export interface Work {
  me: Me;
  /** Notes and choices of the contact on the page. */
  draft: Draft;
  change: (change: Partial<Draft>) => void;
  /** Runs a call of the API; tells what went wrong. True when it worked. */
  run: (call: () => Promise<unknown>) => Promise<boolean>;
  openCalls: (call?: string, play?: string) => void;
  retryLink: () => void;
}

export const WorkContext = createContext<Work | null>(null);

export function useWork(): Work {
  const work = useContext(WorkContext);
  if (!work) throw new Error("outside of the desk");
  return work;
}
