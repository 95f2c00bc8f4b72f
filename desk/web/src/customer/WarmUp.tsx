import { useEffect, useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";
import type { Pop } from "../api/types";
import { ScriptPanel } from "../help/ScriptPanel";
import type { Contact } from "../state/model";
import { store } from "../state/store";
import { PopView } from "./PopView";

const WORDS = "The quick brown fox jumps over the lazy dog 0123456789";

/** Nobody's pop, with something in each part. */
const pop: Pop = {
  customer: { id: "-", name: WORDS, level: "-" },
  match: { by: "token", confidence: 1, sure: true, reasons: [WORDS], question: null, candidates: [] },
  step: { business: "-", title: WORDS, step: "-", number: 1, of: 5, text: WORDS, error: "-" },
  journey: ["app", "chat", "bot", "voice"].map((channel) => ({ at: 0, channel, kind: "step", text: WORDS, ok: false })),
  form: [
    { name: "a", label: WORDS, value: WORDS, hidden: false },
    { name: "b", label: WORDS, value: null, hidden: true },
  ],
  chat: [{ at: 0, who: "customer", text: WORDS }],
  path: [{ at: 0, state: WORDS, exit: "-" }],
  tags: {},
  earlier: [{ call: "-", at: 0, outcome: "answered", recording: "-" }],
  script: { title: WORDS, steps: [WORDS], answers: [{ q: WORDS, a: WORDS }] },
  can_continue: true,
  continued: null,
};
const nobody: Contact = { call: "-", case: "-", caller: "+8613800000000", queue: "-", waitedS: 0, offer: "-", epoch: 0, pop };

/**
 * Draws a pop once when the desk has opened, and takes it away before the browser paints. The first
 * real one then finds code, styles and glyphs ready: 40 ms in which a phone would not ring.
 */
export function WarmUp() {
  const [box, setBox] = useState<HTMLElement | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (store.get().contact) return;
      const made = document.createElement("div");
      made.className = "warm-up";
      made.inert = true;
      document.body.append(made);
      setBox(made);
    }, 200);
    return () => clearTimeout(timer);
  }, []);
  useLayoutEffect(() => {
    if (!box) return;
    box.getBoundingClientRect();
    box.remove();
    setBox(null);
  }, [box]);
  if (!box) return null;
  return createPortal(
    <>
      <PopView contact={nobody} pop={pop} />
      <ScriptPanel script={pop.script} />
    </>,
    box,
  );
}
