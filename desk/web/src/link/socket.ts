import { ApiError, client } from "../api/client";
import type { PageMessage, ServerMessage } from "../api/types";
import type { Language } from "../i18n";
import type { Store } from "../state/store";
import { received } from "./acknowledge";
import { backoffMs } from "./backoff";

const PING_MS = 15_000;

/** The desk's WebSocket: messages to the store, acknowledgements back, connects again for ever. */
export class DeskSocket {
  private socket: WebSocket | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly pinger: ReturnType<typeof setInterval>;
  private heardAt = 0;
  private pingAt = 0;
  private closed = false;
  private language: Language | null = null;

  constructor(private readonly store: Store) {
    this.pinger = setInterval(() => this.tick(), PING_MS);
    window.addEventListener("online", this.retryNow);
    this.connect();
  }

  readonly send = (message: PageMessage): void => {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  };

  /** The language that the server's own words are wanted in, now and after each reconnection. */
  speak(language: Language): void {
    this.language = language;
    this.send({ type: "language", language });
  }

  readonly retryNow = (): void => {
    if (this.closed || this.socket) return;
    clearTimeout(this.retry);
    this.connect();
  };

  close(): void {
    this.closed = true;
    clearInterval(this.pinger);
    clearTimeout(this.retry);
    window.removeEventListener("online", this.retryNow);
    this.drop();
  }

  private connect(): void {
    const url = new URL("/api/v1/desk", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.socket = socket;
    this.heardAt = this.pingAt = Date.now();
    socket.onopen = () => {
      this.store.dispatch({ type: "link.opened" });
      if (this.language) this.send({ type: "language", language: this.language });
    };
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = () => this.lost();
  }

  private receive(data: unknown): void {
    this.heardAt = Date.now();
    const message = parse(data);
    if (!message) return;
    const before = this.store.get();
    this.store.dispatch(message);
    const reply = received(before, this.store.get());
    if (reply) this.send(reply);
  }

  private lost(): void {
    this.socket = null;
    if (this.closed) return;
    const wait = backoffMs(this.store.get().link.attempt, Math.random());
    this.store.dispatch({ type: "link.down", retryAt: Date.now() + wait });
    this.retry = setTimeout(() => void this.again(), wait);
  }

  /** A refused handshake has no status in a browser: ask whether the session still stands. */
  private async again(): Promise<void> {
    const gone = await client.me().then(
      () => false,
      (error: unknown) => error instanceof ApiError && error.status === 401,
    );
    if (this.closed || this.socket) return;
    if (gone) client.onUnauthorized();
    else this.connect();
  }

  private tick(): void {
    if (!this.socket) return;
    // Timers of a hidden tab may come once a minute: only an unanswered ping means silence.
    if (this.pingAt > this.heardAt) {
      this.drop();
      this.lost();
      return;
    }
    this.pingAt = Date.now();
    this.send({ type: "ping" });
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

function parse(data: unknown): ServerMessage | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    const typed = typeof value === "object" && value !== null && "type" in value;
    return typed ? (value as ServerMessage) : null;
  } catch {
    return null;
  }
}
