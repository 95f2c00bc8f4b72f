import { theme as antd } from "antd";
import type { ThemeConfig } from "antd";
import type { Theme } from "./settings";

const FONT =
  '"Segoe UI", "Helvetica Neue", "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif';

/** The colours of base.css again, for the library's parts. */
export function antdTheme(theme: Theme): ThemeConfig {
  const dark = theme === "dark";
  return {
    algorithm: dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: dark ? "#1a9083" : "#0b6e63",
      colorInfo: dark ? "#1fa596" : "#0b6e63",
      colorLink: dark ? "#4fd1c0" : "#0b6e63",
      colorError: dark ? "#e5554f" : "#c0342b",
      colorBgContainer: dark ? "#1a2129" : "#ffffff",
      colorBgElevated: dark ? "#222b35" : "#ffffff",
      colorBgLayout: dark ? "#11161c" : "#f3f5f7",
      colorBorder: dark ? "#5b6875" : "#8a96a3",
      colorText: dark ? "#e8edf2" : "#15202b",
      colorTextPlaceholder: dark ? "#94a1af" : "#5f6c7a",
      colorTextDescription: dark ? "#a3b0be" : "#526070",
      borderRadius: 8,
      fontFamily: FONT,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
    },
    components: { Button: { fontWeight: 500 } },
  };
}
