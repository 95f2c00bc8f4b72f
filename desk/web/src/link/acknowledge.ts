import type { PageMessage } from "../api/types";
import type { DeskState, Due } from "../state/model";

/** What to send at once when a message has changed the state. */
export function received(before: DeskState, after: DeskState): PageMessage | null {
  const due = after.due;
  if (!due || isSame(before.due, due)) return null;
  return { type: "received", offer: due.offer, epoch: due.epoch };
}

export function isSame(a: Due | null, b: Due | null): boolean {
  return a?.offer === b?.offer && a?.epoch === b?.epoch && a?.connection === b?.connection;
}

/** What the browser gives: injected, so that order and hidden tabs can be tested. */
export interface Painter {
  hidden(): boolean;
  frame(run: () => void): () => void;
  task(run: () => void): void;
  onHidden(run: () => void): () => void;
}

/**
 * Call after React has committed the pop. Calls `done` once: after the paint that shows it, or at
 * once in a hidden tab, where no frame ever comes. Returns a function that gives it up.
 */
export function afterPaint(painter: Painter, done: (hidden: boolean) => void): () => void {
  let open = true;
  const finish = (hidden: boolean) => {
    if (!open) return;
    close();
    done(hidden);
  };
  let cancelFrame = () => undefined as void;
  let unwatch = () => undefined as void;
  const close = () => {
    open = false;
    cancelFrame();
    unwatch();
  };
  if (painter.hidden()) {
    finish(true);
    return close;
  }
  unwatch = painter.onHidden(() => finish(true));
  // The frame's callbacks run before its paint; the task behind it runs after.
  cancelFrame = painter.frame(() => painter.task(() => finish(false)));
  return close;
}

export const browserPainter: Painter = {
  hidden: () => document.visibilityState === "hidden",
  frame: (run) => {
    const id = requestAnimationFrame(run);
    return () => cancelAnimationFrame(id);
  },
  task: (run) => {
    // A timer is clamped to 4 ms and more; a message is not.
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      run();
    };
    channel.port2.postMessage(null);
  },
  onHidden: (run) => {
    const listen = () => document.visibilityState === "hidden" && run();
    document.addEventListener("visibilitychange", listen);
    return () => document.removeEventListener("visibilitychange", listen);
  },
};
