import type { CallDetail, CallPage, ChosenPresence, Disposition, Me, Presence, WhoCalls } from "./types";

/** An answer that is not 2xx: the problem document of the server, or what is known without one. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

const BASE = "/api/v1";

interface Problem {
  code?: string;
  detail?: string;
  title?: string;
}

async function problemOf(response: Response): Promise<ApiError> {
  const body: Problem = await response.json().catch(() => ({}));
  const detail = body.detail ?? body.title ?? response.statusText;
  return new ApiError(response.status, body.code ?? `http_${response.status}`, detail);
}

/** The desk part of the HTTP API. Rejects with `ApiError`; status 0 means that nobody answered. */
export class Client {
  private csrf = "";
  /** Called when the session is gone: the page asks for a login. */
  onUnauthorized: () => void = () => undefined;

  async login(name: string, password: string): Promise<Me> {
    return this.signedIn(await this.send<Me>("POST", "/login", { name, password }));
  }

  async me(): Promise<Me> {
    return this.signedIn(await this.send<Me>("GET", "/me"));
  }

  async logout(): Promise<void> {
    await this.send("POST", "/logout", {});
  }

  setPresence(presence: ChosenPresence, reason?: string): Promise<Presence> {
    return this.send("PUT", "/presence", reason ? { presence, reason } : { presence });
  }

  hold(): Promise<void> {
    return this.send("POST", "/call/hold", {});
  }

  resume(): Promise<void> {
    return this.send("POST", "/call/resume", {});
  }

  hangUp(): Promise<void> {
    return this.send("POST", "/call/hangup", {});
  }

  wrapUp(body: { call: string; disposition: string; notes?: string; promise?: string }): Promise<void> {
    return this.send("POST", "/wrapup", body);
  }

  extendWrapUp(call: string, reason: string): Promise<void> {
    return this.send("POST", "/wrapup/extend", { call, reason });
  }

  sayWhoCalls(call: string, offer: string, epoch: number, who: WhoCalls): Promise<{ case: string }> {
    return this.send("POST", `/calls/${encodeURIComponent(call)}/customer`, { offer, epoch, ...who });
  }

  setLanguage(language: "en" | "zh"): Promise<Me> {
    return this.send("PUT", "/me", { language });
  }

  continueCase(caseId: string, offer: string, epoch: number): Promise<{ url: string }> {
    return this.send("POST", `/cases/${encodeURIComponent(caseId)}/continue`, { offer, epoch });
  }

  calls(before?: string): Promise<CallPage> {
    const query = new URLSearchParams({ limit: "25", ...(before ? { before } : {}) });
    return this.send("GET", `/calls?${query}`);
  }

  call(id: string): Promise<CallDetail> {
    return this.send("GET", `/calls/${encodeURIComponent(id)}`);
  }

  dispositions(): Promise<{ dispositions: Disposition[] }> {
    return this.send("GET", "/dispositions");
  }

  audioUrl(recording: string): string {
    return `${BASE}/recordings/${encodeURIComponent(recording)}/audio`;
  }

  private signedIn(me: Me): Me {
    this.csrf = me.csrf;
    return me;
  }

  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET" && this.csrf) headers["X-CSRF-Token"] = this.csrf;
    const response = await fetch(BASE + path, {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? null : JSON.stringify(body),
    }).catch(() => {
      throw new ApiError(0, "unreachable", "unreachable");
    });
    if (response.status === 401 && path !== "/login" && path !== "/me") this.onUnauthorized();
    if (!response.ok) throw await problemOf(response);
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

export const client = new Client();
