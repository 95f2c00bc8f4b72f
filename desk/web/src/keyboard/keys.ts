import type { MessageKey } from "../i18n/en";

/** Letters go with Alt: a letter alone would fire while somebody types (WCAG 2.1.4). */
export const KEYS = [
  { code: "KeyH", label: "H", action: "hold" },
  { code: "KeyX", label: "X", action: "hangup" },
  { code: "KeyC", label: "C", action: "continue" },
  { code: "KeyU", label: "U", action: "customer" },
  { code: "KeyN", label: "N", action: "notes" },
  { code: "KeyS", label: "S", action: "script" },
  { code: "KeyR", label: "R", action: "calls" },
  { code: "KeyA", label: "A", action: "available" },
  { code: "Slash", label: "/", action: "help" },
] as const;

export type KeyAction = (typeof KEYS)[number]["action"];

export const textOf = (action: KeyAction): MessageKey => `keys.${action}`;

/** The action of a key press; null when it is none of ours. `code` is the key's place, as Alt changes letters on a Mac. */
export function actionOf(event: Pick<KeyboardEvent, "code" | "altKey" | "ctrlKey" | "metaKey">): KeyAction | null {
  if (!event.altKey || event.ctrlKey || event.metaKey) return null;
  return KEYS.find((key) => key.code === event.code)?.action ?? null;
}
