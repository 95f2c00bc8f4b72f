import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { ApiError, client } from "../api/client";
import type { Me } from "../api/types";
import { LanguageButton, ThemeButton } from "../header/Switches";
import type { MessageKey } from "../i18n/en";
import { useText } from "../i18n";
import { Logo } from "./Logo";
import type { Settings } from "./settings";

interface Fields {
  name: string;
  password: string;
}

interface Props {
  expired: boolean;
  onLogin: (me: Me) => void;
  settings: Settings;
}

export function Login({ expired, onLogin, settings }: Props) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async ({ name, password }: Fields) => {
    setBusy(true);
    setProblem(null);
    try {
      onLogin(await client.login(name.trim(), password));
    } catch (error) {
      const key = loginProblem(error);
      setProblem(key ? t(key) : t("error.other", { detail: (error as Error).message }));
      setBusy(false);
    }
  };

  return (
    <main className="login">
      <div className="login-switches">
        <LanguageButton settings={settings} />
        <ThemeButton settings={settings} />
      </div>
      <section className="login-card" aria-labelledby="login-title">
        <Logo large />
        <h1 id="login-title">{t("login.title")}</h1>
        <p className="quiet">{t("app.tagline")}</p>
        {expired && !problem && <Alert type="warning" showIcon title={t("login.expired")} />}
        {problem && <Alert type="error" showIcon role="alert" title={problem} />}
        <Form<Fields> layout="vertical" requiredMark={false} onFinish={submit} size="large">
          <Form.Item name="name" label={t("login.name")} rules={[{ required: true, message: t("login.needed") }]}>
            <Input data-testid="login-name" autoComplete="username" autoFocus autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="password" label={t("login.password")} rules={[{ required: true, message: t("login.needed") }]}>
            <Input.Password data-testid="login-password" autoComplete="current-password" />
          </Form.Item>
          <Button data-testid="login-submit" type="primary" htmlType="submit" block loading={busy}>
            {t("login.submit")}
          </Button>
        </Form>
      </section>
    </main>
  );
}

function loginProblem(error: unknown): MessageKey | null {
  if (!(error instanceof ApiError)) return null;
  if (error.status === 401) return "login.wrong";
  if (error.status === 429) return "login.limited";
  return error.status === 0 || error.status >= 500 ? "login.unreachable" : null;
}
