import { Button, Result } from "antd";
import { Component } from "react";
import type { ReactNode } from "react";
import { LanguageContext, translate } from "../i18n";

/** A mistake of the page must not leave an agent in front of nothing. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  static override contextType = LanguageContext;
  declare context: React.ContextType<typeof LanguageContext>;
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    const t = translate(this.context);
    const reload = (
      <Button type="primary" onClick={() => location.reload()}>
        {t("error.reload")}
      </Button>
    );
    return <Result status="error" title={t("error.page")} extra={reload} />;
  }
}
