import { MoonOutlined, SunOutlined } from "../app/icons";
import { Button, Tooltip } from "antd";
import type { Settings } from "../app/settings";
import { useText } from "../i18n";

export function LanguageButton({ settings }: { settings: Settings }) {
  const t = useText();
  const other = settings.language === "zh" ? "en" : "zh";
  return (
    <Button
      data-testid="language"
      type="text"
      lang={other}
      aria-label={t("header.language.label")}
      onClick={() => settings.chooseLanguage(other)}
    >
      {t("header.language")}
    </Button>
  );
}

export function ThemeButton({ settings }: { settings: Settings }) {
  const t = useText();
  const dark = settings.theme === "dark";
  const label = t(dark ? "header.light" : "header.dark");
  return (
    <Tooltip title={label}>
      <Button
        data-testid="theme"
        type="text"
        aria-label={label}
        icon={dark ? <SunOutlined /> : <MoonOutlined />}
        onClick={() => settings.chooseTheme(dark ? "light" : "dark")}
      />
    </Tooltip>
  );
}
