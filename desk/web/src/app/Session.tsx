import { Spin } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { client } from "../api/client";
import type { Me } from "../api/types";
import { useText } from "../i18n";
import type { Language } from "../i18n";
import { DeskSocket } from "../link/socket";
import { store } from "../state/store";
import { Desk } from "./Desk";
import { Login } from "./Login";
import type { Settings } from "./settings";

type Who = { me: Me } | "asking" | "nobody" | "expired";

/** Login, or the desk of the one who is signed in. */
export function Session({ settings }: { settings: Settings }) {
  const t = useText();
  const { suggestLanguage } = settings;
  const [who, setWho] = useState<Who>("asking");
  const [socket, setSocket] = useState<DeskSocket | null>(null);

  useEffect(() => {
    client.onUnauthorized = () => setWho("expired");
    client.me().then(
      (me) => setWho({ me }),
      () => setWho("nobody"),
    );
  }, []);

  const me = typeof who === "object" ? who.me : null;
  const agent = me?.agent;
  useEffect(() => {
    if (!agent) return;
    const opened = new DeskSocket(store);
    setSocket(opened);
    return () => {
      opened.close();
      setSocket(null);
    };
  }, [agent]);
  useEffect(() => socket?.speak(settings.language), [socket, settings.language]);
  useEffect(() => {
    if (me) suggestLanguage(me.language);
  }, [me, suggestLanguage]);

  const { chooseLanguage } = settings;
  const choose = useCallback(
    (language: Language) => {
      chooseLanguage(language);
      // The account follows, for the next computer; here it is kept in any case.
      client.setLanguage(language).catch(() => undefined);
    },
    [chooseLanguage],
  );
  const mine = useMemo(() => ({ ...settings, chooseLanguage: choose }), [settings, choose]);

  const logout = useCallback(() => {
    const leave = () => {
      store.dispatch({ type: "signed.out" });
      setWho("nobody");
    };
    client.logout().then(leave, leave);
  }, []);

  if (who === "asking") return <Spin fullscreen description={t("app.loading")} />;
  if (!me) return <Login expired={who === "expired"} onLogin={(signed) => setWho({ me: signed })} settings={settings} />;
  return <Desk me={me} socket={socket} settings={mine} onLogout={logout} />;
}
