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

/** Dispositions in the page's language; undefined where the site does not have one of this id. */
export function useDispositionWords(): (id: string | null) => string | undefined {
  const language = useLanguage();
  const choices = useDispositions();
  return (id) => choices.find((one) => one.id === id)?.[language];
}
