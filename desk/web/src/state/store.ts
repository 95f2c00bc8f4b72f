import { useEffect, useState, useSyncExternalStore } from "react";
import { initialState } from "./model";
import type { Action, DeskState } from "./model";
import { reduce } from "./reducer";

/** Holds the state; the only place where our clock meets the reducer. */
export class Store {
  private state: DeskState = initialState;
  private readonly listeners = new Set<() => void>();

  readonly get = (): DeskState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly dispatch = (action: Action): void => {
    const next = reduce(this.state, action, Date.now());
    if (next === this.state) return;
    this.state = next;
    for (const listener of this.listeners) listener();
  };
}

export const store = new Store();

/** A part of the state; who shows it is drawn again only when that part changes. `pick` must not make new objects. */
export function useDesk<T>(pick: (state: DeskState) => T): T {
  return useSyncExternalStore(store.subscribe, () => pick(store.get()));
}

/** The server's time in milliseconds, renewed each second: only what shows a clock uses it. */
export function useServerNow(): number {
  const skewMs = useDesk((s) => s.skewMs);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return now + skewMs;
}
