import { createContext, useContext } from "react";
import type { MessageKey } from "./en";
import { en } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";
export const catalogues: Record<Language, Record<MessageKey, string>> = { en, zh };
export const LanguageContext = createContext<Language>("en");

export type Translate = (key: MessageKey, values?: Record<string, string | number>) => string;

export function translate(language: Language): Translate {
  const catalogue = catalogues[language];
  return (key, values = {}) =>
    catalogue[key].replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

const translators = { en: translate("en"), zh: translate("zh") };

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

export function useText(): Translate {
  return translators[useLanguage()];
}

/** A code of the server in words, when we have them: `word(t, "outcome", "abandoned")`; else the code itself. */
export function word(t: Translate, prefix: string, code: string | null | undefined): string {
  if (!code) return "";
  const key = `${prefix}.${code}`;
  return key in en ? t(key as MessageKey) : code.replaceAll("_", " ");
}

/** The language of a tag like `zh-CN`; English for all that we do not speak. */
export function languageOf(tag: string | null | undefined): Language {
  return tag?.toLowerCase().startsWith("zh") ? "zh" : "en";
}
