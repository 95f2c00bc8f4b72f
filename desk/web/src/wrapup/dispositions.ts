import { useEffect, useState } from "react";
import { client } from "../api/client";
import type { Disposition } from "../api/types";
import { useWork } from "../app/work";
import { useLanguage } from "../i18n";

let known: Disposition[] = [];

/** What an agent may choose after a contact; asked for once. */
export function useDispositions(): Disposition[] {
  const { run } = useWork();
  const [choices, setChoices] = useState(known);
  useEffect(() => {
    if (known.length > 0) return;
    void run(async () => {
      known = (await client.dispositions()).dispositions;
      setChoices(known);
    });
  }, [run]);
  return choices;
}

/** A disposition in the page's language; its id where the site does not have it any more. */
export function useDispositionWord(id: string): string {
  const language = useLanguage();
  return useDispositions().find((one) => one.id === id)?.[language] ?? id;
}
