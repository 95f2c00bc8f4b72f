import { expect, it } from "vitest";
import { isSure, whoOf } from "./who";

const call = { caller: "+8613800138000", customer: "Wang Fang", match: { by: "number", confidence: 0.6 } };

it("marks a name that is not sure, and no number", () => {
  expect(isSure(call)).toBe(false);
  expect(isSure({ ...call, match: { by: "agent", confidence: 0.9 } })).toBe(true);
  expect(isSure({ ...call, customer: null })).toBe(true);
});

it("names the customer, else the number", () => {
  expect(whoOf(call)).toBe("Wang Fang");
  expect(whoOf({ ...call, customer: null })).toContain("138");
});
