import { expect, it } from "vitest";
import { KEYS, actionOf } from "./keys";

const press = (code: string, part = {}) => actionOf({ code, altKey: true, ctrlKey: false, metaKey: false, ...part });

it("needs Alt, and leaves combinations of the browser alone", () => {
  expect(press("KeyH")).toBe("hold");
  expect(press("KeyH", { altKey: false })).toBeNull();
  expect(press("KeyH", { ctrlKey: true })).toBeNull();
  expect(press("KeyZ")).toBeNull();
});

it("gives each key to one action", () => {
  expect(new Set(KEYS.map((key) => key.code)).size).toBe(KEYS.length);
});
