import { App as AntdApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { LanguageContext } from "../i18n";
import { ErrorBoundary } from "./ErrorBoundary";
import { Session } from "./Session";
import { useSettings } from "./settings";
import { antdTheme } from "./theme";

/** Language, colours and the session around the desk. */
export function App() {
  const settings = useSettings();
  return (
    <LanguageContext.Provider value={settings.language}>
      <ConfigProvider
        locale={settings.language === "zh" ? zhCN : enUS}
        theme={antdTheme(settings.theme)}
        button={{ autoInsertSpace: false }}
      >
        <AntdApp className="app" message={{ maxCount: 3 }}>
          <ErrorBoundary>
            <Session settings={settings} />
          </ErrorBoundary>
        </AntdApp>
      </ConfigProvider>
    </LanguageContext.Provider>
  );
}
