import {
  DownOutlined,
  HistoryOutlined,
  LogoutOutlined,
  QuestionCircleOutlined,
  UserOutlined,
} from "../app/icons";
import { Button, Dropdown, Tooltip } from "antd";
import { memo } from "react";
import { Logo } from "../app/Logo";
import type { Settings } from "../app/settings";
import { useWork } from "../app/work";
import { useText } from "../i18n";
import { PresenceSwitch } from "./PresenceSwitch";
import { Queues } from "./Queues";
import { LanguageButton, ThemeButton } from "./Switches";

interface Props {
  settings: Settings;
  onKeys: () => void;
  onLogout: () => void;
}

export const Header = memo(function Header({ settings, onKeys, onLogout }: Props) {
  const t = useText();
  const { me, openCalls } = useWork();
  const items = [
    { key: "keys", icon: <QuestionCircleOutlined />, label: t("header.keys"), onClick: onKeys },
    { key: "logout", icon: <LogoutOutlined />, label: t("header.logout"), onClick: onLogout },
  ];
  return (
    <header className="header">
      <Logo />
      <PresenceSwitch />
      <Queues />
      <nav className="header-tools">
        <Button data-testid="recordings" type="text" icon={<HistoryOutlined />} onClick={() => openCalls()}>
          <span className="wide-only">{t("header.calls")}</span>
        </Button>
        <LanguageButton settings={settings} />
        <ThemeButton settings={settings} />
        <Tooltip title={`${t("header.keys")} (Alt+/)`}>
          <Button
            className="wide-only"
            type="text"
            icon={<QuestionCircleOutlined />}
            aria-label={t("header.keys")}
            onClick={onKeys}
          />
        </Tooltip>
        <Dropdown menu={{ items }} trigger={["click"]} autoFocus>
          <Button data-testid="agent-menu" type="text" icon={<UserOutlined />} aria-label={t("header.agent", { name: me.display_name })}>
            <span className="wide-only">{me.display_name}</span> <DownOutlined className="small-icon" />
          </Button>
        </Dropdown>
      </nav>
    </header>
  );
});
