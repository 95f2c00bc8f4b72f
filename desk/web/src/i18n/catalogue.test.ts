import { expect, it } from "vitest";
import { catalogues, languageOf, translate, word } from ".";
import type { MessageKey } from "./en";

const keys = Object.keys(catalogues.en) as MessageKey[];
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

it.each(keys)("%s is told in both languages with the same places", (key) => {
  expect(catalogues.zh[key]).toBeTruthy();
  expect(places(catalogues.zh[key])).toEqual(places(catalogues.en[key]));
});

it("has no text in one language alone", () => {
  expect(Object.keys(catalogues.zh).sort()).toEqual([...keys].sort());
});

it("fills places, also when a value looks like a pattern", () => {
  expect(translate("en")("match.other", { by: "$& {by}" })).toBe("matched by $& {by}");
});

it("shows a code that it does not know as it is", () => {
  expect(word(translate("zh"), "outcome", "abandoned")).toBe("客户放弃");
  expect(word(translate("en"), "outcome", "carried_on")).toBe("carried on");
});

it("takes each Chinese tag as Chinese and all others as English", () => {
  expect(["zh", "zh-CN", "zh-Hant-TW", "en-GB", "de", "", null].map(languageOf)).toEqual(
    ["zh", "zh", "zh", "en", "en", "en", "en"],
  );
});
