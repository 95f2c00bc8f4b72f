import { useEffect, useState } from "react";

export interface Fetched<T> {
  data: T | null;
  error: unknown;
  again: () => void;
}

/** What `load` answers; `load` must be stable. */
export function useFetched<T>(load: () => Promise<T>): Fetched<T> {
  const [state, setState] = useState<{ data: T | null; error: unknown }>({ data: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let wanted = true;
    load().then(
      (data) => wanted && setState({ data, error: null }),
      (error: unknown) => wanted && setState({ data: null, error }),
    );
    return () => {
      wanted = false;
    };
  }, [load, round]);
  return { ...state, again: () => setRound((n) => n + 1) };
}
