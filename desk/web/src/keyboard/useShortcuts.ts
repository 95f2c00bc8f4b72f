import { useEffect } from "react";
import { client } from "../api/client";
import type { Work } from "../app/work";
import { store } from "../state/store";
import { actionOf } from "./keys";
import type { KeyAction } from "./keys";

type ShowPanel = (panel: "customer" | "help" | "today") => void;

/** Shortcuts press the buttons that are on the page, so they can never do more than these. */
export function useShortcuts(work: Work, onHelp: () => void, show: ShowPanel): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = actionOf(event);
      if (!action || event.repeat) return;
      event.preventDefault();
      act(action, work, onHelp, show);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
}

function act(action: KeyAction, work: Work, onHelp: () => void, show: ShowPanel): void {
  switch (action) {
    case "hold":
      return click("[data-testid=hold], [data-testid=resume]");
    case "hangup":
      return click("[data-testid=hangup]");
    case "continue":
      return click("[data-testid=pop-continue]");
    case "customer":
      show("customer");
      return focus("#customer");
    case "notes":
      show("help");
      return focus("[data-testid=notes]");
    case "script":
      show("help");
      return focus("#script-search");
    case "calls":
      return work.openCalls();
    case "available":
      return void togglePresence(work);
    case "help":
      return onHelp();
  }
}

function togglePresence(work: Work): Promise<boolean> {
  const next = store.get().presence?.presence === "available" ? "break" : "available";
  const reason = next === "break" ? "short" : undefined;
  return work.run(async () => store.dispatch({ type: "presence", ...(await client.setPresence(next, reason)) }));
}

function click(selector: string): void {
  document.querySelector<HTMLButtonElement>(selector)?.click();
}

/** After the next frame: the panel may only now be shown. */
function focus(selector: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
}
