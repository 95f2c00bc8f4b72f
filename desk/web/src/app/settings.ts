import { useCallback, useEffect, useState } from "react";
import type { Language } from "../i18n";
import { languageOf } from "../i18n";

export type Theme = "light" | "dark";
const LANGUAGE = "segue.language";
const THEME = "segue.theme";

/** Storage may be forbidden or full: settings then last as long as the page. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export interface Settings {
  language: Language;
  chooseLanguage: (language: Language) => void;
  /** The account's language; what the agent chose on this computer goes before it. */
  suggestLanguage: (tag: string) => void;
  theme: Theme;
  chooseTheme: (theme: Theme) => void;
}

export function useSettings(): Settings {
  const [language, setLanguage] = useState<Language>(() => languageOf(recall(LANGUAGE) ?? navigator.language));
  const [theme, chooseTheme] = useTheme();
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const chooseLanguage = useCallback((chosen: Language) => {
    remember(LANGUAGE, chosen);
    setLanguage(chosen);
  }, []);
  const suggestLanguage = useCallback((tag: string) => {
    if (tag && recall(LANGUAGE) === null) setLanguage(languageOf(tag));
  }, []);
  return { language, chooseLanguage, suggestLanguage, theme, chooseTheme };
}

function useTheme(): [Theme, (theme: Theme) => void] {
  const [system, setSystem] = useState<Theme>(systemTheme);
  const [chosen, setChosen] = useState<Theme | null>(() => {
    const stored = recall(THEME);
    return stored === "light" || stored === "dark" ? stored : null;
  });
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setSystem(systemTheme());
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  const theme = chosen ?? system;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const choose = useCallback((next: Theme) => {
    remember(THEME, next);
    setChosen(next);
  }, []);
  return [theme, choose];
}

function systemTheme(): Theme {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
