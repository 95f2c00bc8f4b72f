import type { JourneyEntry } from "../api/types";

/** A row of the timeline: the newest of `count` entries that belong together. */
export interface Row extends JourneyEntry {
  count: number;
}

/**
 * Fewer rows, so that the step where the customer is stuck shows without scrolling: lines of a chat
 * become one row (the chat stands beside it), and a screen and its step of the same name another.
 */
export function condense(entries: JourneyEntry[]): Row[] {
  const rows: Row[] = [];
  for (const entry of entries) {
    const last = rows.at(-1);
    if (last && belong(last, entry)) rows[rows.length - 1] = { ...entry, count: last.count + 1 };
    else rows.push({ ...entry, count: 1 });
  }
  return rows;
}

function belong(a: JourneyEntry, b: JourneyEntry): boolean {
  if (a.channel !== b.channel || a.ok === false || b.ok === false) return false;
  return isTalk(a) ? isTalk(b) : a.text === b.text;
}

export function isTalk(entry: JourneyEntry): boolean {
  return entry.kind.split(".").at(-1) === "message";
}
