import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
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
const StoreContext = createContext(store);

export function useDesk(): DeskState {
  const held = useContext(StoreContext);
  return useSyncExternalStore(held.subscribe, held.get);
}

/** The server's time in milliseconds, renewed each second: only what shows a clock uses it. */
export function useServerNow(): number {
  const { skewMs } = useDesk();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return now + skewMs;
}
