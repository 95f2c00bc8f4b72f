import { expect, it } from "vitest";
import { emptyDraft, parseDraft, promiseLine } from "./draft";

it("reads a broken or older draft as far as it goes", () => {
  expect(parseDraft("{")).toEqual(emptyDraft);
  expect(parseDraft(null)).toEqual(emptyDraft);
  expect(parseDraft('{"notes":"called"}')).toEqual({ ...emptyDraft, notes: "called" });
});

it("puts the day of a promise before its words", () => {
  const draft = { ...emptyDraft, promise: " call back ", promiseBy: "2026-11-25" };
  expect(promiseLine(draft)).toBe("2026-11-25 call back");
  expect(promiseLine({ ...draft, promiseBy: "" })).toBe("call back");
  expect(promiseLine(emptyDraft)).toBe("");
});
