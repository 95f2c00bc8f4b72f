import { expect, it } from "vitest";
import { dots, phoneNumber, regionOf } from "./number";
import { duration, timeFormat } from "./time";

it.each([
  ["+8613800138000", "+86 138 0013 8000"],
  ["13800138000", "138 0013 8000"],
  ["+861065529988", "+86 10 6552 9988"],
  ["+8675526771234", "+86 755 2677 1234"],
  ["+12025550123", "+1 202 555 0123"],
  ["+442071838750", "+44 20 7183 8750"],
  ["+85223456789", "+852 2345 6789"],
  ["+997123456789", "+997 123 456 789"],
  ["sip:+8613800138000@10.0.0.1", "+86 138 0013 8000"],
  ["6000", "6000"],
  ["anonymous", "anonymous"],
  ["", ""],
])("groups %s as %s", (number, shown) => {
  expect(phoneNumber(number)).toBe(shown);
});

it("names the country in the reader's language", () => {
  expect(regionOf("+8613800138000", "en")).toBe("China");
  expect(regionOf("+442071838750", "zh")).toBe("英国");
  expect(regionOf("6000", "en")).toBe("");
});

it("shows stars as dots", () => {
  expect(dots("Li ***")).toBe("Li •••");
  expect(dots("2 * 3")).toBe("2 • 3");
  expect(dots("plain")).toBe("plain");
});

it("tells a duration as a clock", () => {
  expect([0, 65, 3734, -5, NaN].map(duration)).toEqual(["00:00", "01:05", "1:02:14", "00:00", "00:00"]);
});

it("shows a broken time as nothing rather than as a wrong one", () => {
  const times = timeFormat("en-GB");
  expect(times.exact("yesterday")).toBe("");
  expect(times.short(undefined, 0)).toBe("");
});
