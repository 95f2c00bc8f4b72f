import { useLayoutEffect } from "react";
import { store, useDesk } from "../state/store";
import { afterPaint, browserPainter, isSame } from "./acknowledge";
import type { DeskSocket } from "./socket";

/** Tells the server that the pop is painted; the agent's phone waits for it. */
export function useAcknowledge(socket: DeskSocket | null): void {
  const due = useDesk((s) => s.due);
  // A layout effect runs in the commit that put the pop into the page, before its frame.
  useLayoutEffect(() => {
    if (!due || !socket) return;
    return afterPaint(browserPainter, (hidden) => {
      if (!isSame(store.get().due, due)) return;
      socket.send({ type: "rendered", offer: due.offer, epoch: due.epoch, hidden });
    });
  }, [due, socket]);
}
