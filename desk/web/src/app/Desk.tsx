import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import type { Me } from "../api/types";
import { CallBar } from "../callbar/CallBar";
import { LostLink } from "../callbar/LostLink";
import { RingAloud } from "../callbar/RingAloud";
import { Contacts } from "../contacts/Contacts";
import { CustomerColumn } from "../customer/CustomerColumn";
import { WarmUp } from "../customer/WarmUp";
import { Header } from "../header/Header";
import { HelpColumn } from "../help/HelpColumn";
import { useText } from "../i18n";
import { KeyHelp } from "../keyboard/KeyHelp";
import { useShortcuts } from "../keyboard/useShortcuts";
import type { DeskSocket } from "../link/socket";
import { useAcknowledge } from "../link/useAcknowledge";
import { useDesk } from "../state/store";
import { useDraft } from "../wrapup/draft";
import { PanelSwitch } from "./PanelSwitch";
import type { Panel } from "./PanelSwitch";
import type { Settings } from "./settings";
import { useRun } from "./useRun";
import { DraftContext, WorkContext } from "./work";
import type { Work } from "./work";

const CallsDrawer = lazy(() => import("../calls/CallsDrawer"));

interface Props {
  me: Me;
  socket: DeskSocket | null;
  settings: Settings;
  onLogout: () => void;
}

/** The whole page of an agent: the call on top, the customer in the middle, help on the right. */
export function Desk({ me, socket, settings, onLogout }: Props) {
  const t = useText();
  const callId = useDesk((s) => s.wrapup?.call ?? s.contact?.call ?? null);
  const [panel, setPanel] = usePanel();
  const [keysOpen, setKeysOpen] = useState(false);
  const [calls, setCalls] = useState<{ call?: string; play?: string } | null>(null);
  const [draft, change] = useDraft(me.agent, callId);
  const run = useRun();
  const openKeys = useCallback(() => setKeysOpen(true), []);
  const work = useMemo<Work>(
    () => ({
      me,
      run,
      openCalls: (call, play) => setCalls({ call, play }),
      retryLink: () => socket?.retryNow(),
    }),
    [me, run, socket],
  );
  const draftWork = useMemo(() => ({ draft, change }), [draft, change]);

  useAcknowledge(socket);
  useShortcuts(work, openKeys, setPanel);

  return (
    <WorkContext.Provider value={work}>
      <DraftContext.Provider value={draftWork}>
        <a className="skip" href="#customer">
          {t("app.skip")}
        </a>
        <div className="desk">
          <Header settings={settings} onKeys={openKeys} onLogout={onLogout} />
          <CallBar />
          <LostLink />
          <PanelSwitch panel={panel} onPanel={setPanel} />
          <div className="columns" data-panel={panel}>
            <Contacts />
            <CustomerColumn />
            <HelpColumn />
          </div>
        </div>
        <WarmUp />
      </DraftContext.Provider>
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

/** An offer brings the customer to the front of a narrow screen, wrap-up its form. */
function usePanel(): [Panel, (panel: Panel) => void] {
  const due = useDesk((s) => s.due);
  const wrapup = useDesk((s) => s.wrapup?.call);
  const [panel, setPanel] = useState<Panel>("customer");
  useEffect(() => {
    if (due) setPanel("customer");
    else if (wrapup) setPanel("help");
  }, [due, wrapup]);
  return [panel, setPanel];
}
