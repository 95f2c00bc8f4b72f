import { Segmented } from "antd";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import type { Me } from "../api/types";
import { CallBar } from "../callbar/CallBar";
import { LostLink } from "../callbar/LostLink";
import { RingAloud } from "../callbar/RingAloud";
import { Contacts } from "../contacts/Contacts";
import { CustomerColumn } from "../customer/CustomerColumn";
import { Header } from "../header/Header";
import { HelpColumn } from "../help/HelpColumn";
import { useText } from "../i18n";
import { KeyHelp } from "../keyboard/KeyHelp";
import { useShortcuts } from "../keyboard/useShortcuts";
import type { DeskSocket } from "../link/socket";
import { useAcknowledge } from "../link/useAcknowledge";
import { useDesk } from "../state/store";
import { useDraft } from "../wrapup/draft";
import type { Settings } from "./settings";
import { useRun } from "./useRun";
import { WorkContext } from "./work";
import type { Work } from "./work";

const CallsDrawer = lazy(() => import("../calls/CallsDrawer"));

type Panel = "customer" | "help" | "today";

interface Props {
  me: Me;
  socket: DeskSocket | null;
  settings: Settings;
  onLogout: () => void;
}

/** The whole page of an agent: the call on top, the customer in the middle, help on the right. */
export function Desk({ me, socket, settings, onLogout }: Props) {
  const t = useText();
  const { due, wrapup, contact } = useDesk();
  const [panel, setPanel] = useState<Panel>("customer");
  const [keysOpen, setKeysOpen] = useState(false);
  const [calls, setCalls] = useState<{ call?: string; play?: string } | null>(null);
  const [draft, change] = useDraft(me.agent, wrapup?.call ?? contact?.call ?? null);
  const run = useRun();
  const work = useMemo<Work>(
    () => ({
      me,
      draft,
      change,
      run,
      openCalls: (call, play) => setCalls({ call, play }),
      retryLink: () => socket?.retryNow(),
    }),
    [me, draft, change, run, socket],
  );

  useAcknowledge(socket);
  useShortcuts(work, () => setKeysOpen(true), setPanel);
  // On a narrow screen only one panel shows: an offer brings the customer, wrap-up its form.
  useEffect(() => {
    if (due) setPanel("customer");
    else if (wrapup) setPanel("help");
  }, [due, wrapup]);

  const panels = (["customer", "help", "today"] as const).map((id) => ({ value: id, label: t(`panel.${id}`) }));
  return (
    <WorkContext.Provider value={work}>
      <a className="skip" href="#customer">
        {t("app.skip")}
      </a>
      <div className="desk">
        <Header settings={settings} onKeys={() => setKeysOpen(true)} onLogout={onLogout} />
        <CallBar />
        <LostLink />
        <Segmented<Panel> className="panels" block value={panel} onChange={setPanel} options={panels} />
        <div className="columns" data-panel={panel}>
          <Contacts />
          <CustomerColumn />
          <HelpColumn />
        </div>
      </div>
      <RingAloud />
      <KeyHelp open={keysOpen} onClose={() => setKeysOpen(false)} />
      {calls && (
        <Suspense fallback={null}>
          <CallsDrawer start={calls} onClose={() => setCalls(null)} />
        </Suspense>
      )}
    </WorkContext.Provider>
  );
}
