import { expect, it } from "vitest";
import type { JourneyEntry } from "../api/types";
import { condense } from "./condense";

const entry = (channel: string, kind: string, text: string, ok: boolean | null = true): JourneyEntry => ({
  at: 0,
  channel,
  kind,
  text,
  ok,
});
const shown = (entries: JourneyEntry[]) => condense(entries).map((row) => `${row.text} x${row.count}`);

it("puts the lines of a chat into one row, the last on top", () => {
  const chat = ["hello", "where?", "here"].map((text) => entry("chat", "message", text));
  expect(shown([...chat, entry("app", "screen", "Home"), ...chat.slice(0, 1)])).toEqual([
    "here x3",
    "Home x1",
    "hello x1",
  ]);
});

it("joins a screen with its step of the same name", () => {
  const rows = shown([entry("app", "screen", "Amount"), entry("app", "step", "Amount"), entry("app", "form", "Amount, fee")]);
  expect(rows).toEqual(["Amount x2", "Amount, fee x1"]);
});

it("never hides a failure", () => {
  const failed = entry("app", "error", "Amount", false);
  expect(shown([entry("app", "step", "Amount"), failed, failed])).toHaveLength(3);
});

it("keeps the order and takes nothing from an empty journey", () => {
  expect(condense([])).toEqual([]);
});
