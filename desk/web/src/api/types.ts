/** The wire types of docs/reference/http-api.md: what the server sends, field by field. */

/** RFC 3339, or seconds since the epoch. */
export type WireTime = string | number;

export type PresenceName = "available" | "break" | "offline" | "ringing" | "talking" | "wrap_up";
/** What an agent may choose; the rest follows from calls. */
export type ChosenPresence = "available" | "break" | "offline";

export interface Me {
  agent: string;
  display_name: string;
  role: string;
  csrf: string;
  language: string;
}

export interface Presence {
  presence: PresenceName;
  reason: string | null;
  since: WireTime;
}

export interface QueueLine {
  queue: string;
  waiting: number;
  longest_s: number;
}

export interface Customer {
  id: string;
  name: string;
  number?: string | null;
  level?: string | null;
}

export interface Match {
  by: string;
  confidence: number;
  sure: boolean;
  reasons: string[];
  question: string | null;
  candidates: Candidate[];
}

export interface Candidate {
  case: string;
  name: string;
}

export interface Step {
  business: string;
  title: string;
  step: string;
  step_title?: string | null;
  /** 0 and null: the app does not count its steps. */
  number: number | null;
  of: number | null;
  state?: string;
  text: string | null;
  error: string | null;
}

export interface JourneyEntry {
  at: WireTime;
  channel: string;
  kind: string;
  text: string;
  ok: boolean | null;
}

export interface FormField {
  name: string;
  label: string;
  value: string | null;
  hidden: boolean;
}

export interface ChatLine {
  at: WireTime;
  who: string;
  text: string;
}

export interface PathStep {
  at?: WireTime;
  t?: WireTime;
  state: string;
  verb?: string | null;
  exit: string | null;
}

export interface EarlierCall {
  call: string;
  at: WireTime;
  outcome: string | null;
  recording: string | null;
}

export interface Script {
  title: string;
  steps: string[];
  answers: { q: string; a: string }[];
}

export interface Pop {
  customer: Customer | null;
  match: Match;
  step: Step | null;
  journey: JourneyEntry[];
  form: FormField[];
  chat: ChatLine[];
  path: PathStep[];
  tags: Record<string, unknown>;
  earlier: EarlierCall[];
  script: Script | null;
  can_continue: boolean;
  continued: Continued | null;
}

/** What became of Continue: `state` is `opened` until the customer's app has the result. */
export interface Continued {
  at: WireTime;
  agent?: string;
  step?: string;
  state?: string;
  result?: string | null;
}

export interface OfferMessage {
  offer: string;
  epoch: number;
  call: string;
  case: string | null;
  queue: string;
  caller: string;
  waited_s: number;
  pop: Pop;
}

export type CallPhase = "ringing" | "talking" | "held" | "ended";

export interface CallState {
  call: string;
  case: string | null;
  state: CallPhase;
  since: WireTime;
  caller: string;
  customer: string | { name?: string | null } | null;
  recording: boolean;
}

export interface WrapUp {
  call: string;
  case: string | null;
  until: WireTime;
  /** How often it may still be extended. */
  extensions?: number;
}

export interface Today {
  calls: number;
  handling_s: number;
}

export interface Snapshot {
  agent: string;
  presence: Presence;
  queues: QueueLine[];
  offer: OfferMessage | null;
  call: CallState | null;
  wrapup: WrapUp | null;
  today: Today;
  now: WireTime;
}

export interface Seq {
  seq?: number;
}

export type ServerMessage =
  | ({ type: "snapshot" } & Snapshot & Seq)
  | ({ type: "presence" } & Presence & Seq)
  | ({ type: "queues"; queues: QueueLine[] } & Seq)
  | ({ type: "offer" } & OfferMessage & Seq)
  | ({ type: "withdraw"; offer: string; epoch: number; reason: string } & Seq)
  | ({ type: "call" } & CallState & Seq)
  | ({ type: "case"; call?: string; case: string | null; pop: Pop } & Seq)
  | ({ type: "wrapup"; call: string; done?: boolean } & Partial<Omit<WrapUp, "call">> & Seq)
  | ({ type: "today" } & Today & Seq)
  | ({ type: "pong" } & Seq);

export type PageMessage =
  | { type: "received"; offer: string; epoch: number }
  | { type: "rendered"; offer: string; epoch: number; hidden: boolean }
  | { type: "language"; language: "en" | "zh" }
  | { type: "ping" };

export interface Recording {
  id: string;
  seconds: number | null;
  keep_until: WireTime | null;
  state: string;
}

/** Who calls, as the agent found out by asking: a candidate's case, or somebody new. */
export type WhoCalls = { case: string } | { new: { name: string; number?: string } };

export interface Call {
  call: string;
  /** It goes on. */
  live?: boolean;
  case: string | null;
  started: WireTime;
  ended: WireTime | null;
  seconds: number | null;
  caller: string;
  customer: string | { name?: string | null } | null;
  queue: string | null;
  agent: string | null;
  outcome: string | null;
  match?: { by: string; confidence: number };
  recording: Recording | null;
}

/** What the agent wrote after the call. */
export interface Written {
  at: WireTime;
  agent: string | null;
  disposition: string;
  notes: string;
  promise: string;
}

export interface CallDetail extends Call {
  wrapup?: Written | null;
  path: PathStep[];
  events: { t: WireTime; kind: string }[];
}

export interface CallPage {
  calls: Call[];
  next: string | null;
}

export interface Disposition {
  id: string;
  en: string;
  zh: string;
}
