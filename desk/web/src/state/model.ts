import type {
  CallState,
  OfferMessage,
  Pop,
  Presence,
  QueueLine,
  ServerMessage,
  Today,
  WireTime,
} from "../api/types";

/** The connection to the server: `attempt` counts failures in a row. */
export interface Link {
  up: boolean;
  everUp: boolean;
  connection: number;
  attempt: number;
  retryAt: number | null;
}

/** What the agent works on: known from the offer on, kept until wrap-up is done. */
export interface Contact {
  call: string;
  case: string | null;
  caller: string;
  queue: string | null;
  waitedS: number;
  offer: string | null;
  epoch: number;
  pop: Pop | null;
}

/** An offer that this connection must acknowledge, once painted. */
export interface Due {
  offer: string;
  epoch: number;
  connection: number;
}

/** After the call. `until` in milliseconds of the server's clock; `over` when its time has run out. */
export interface WrapUpState {
  call: string;
  case: string | null;
  name: string;
  until: number | null;
  /** How often the server would extend it. */
  extensions: number;
  over: boolean;
}

export interface DeskState {
  link: Link;
  seq: number;
  /** The server's clock minus ours, in milliseconds. */
  skewMs: number;
  presence: Presence | null;
  queues: QueueLine[];
  queuesAt: number;
  contact: Contact | null;
  due: Due | null;
  withdrawn: { offer: string; epoch: number; reason: string } | null;
  call: CallState | null;
  wrapup: WrapUpState | null;
  /** Wrap-ups whose time ran out before they were saved. */
  unfinished: WrapUpState[];
  today: Today;
}

export type LocalAction =
  | { type: "link.opened" }
  | { type: "link.down"; retryAt: number }
  | { type: "wrapup.saved"; call: string }
  | { type: "wrapup.reopened"; call: string }
  | { type: "notice.seen" }
  | { type: "signed.out" };

export type Action = ServerMessage | LocalAction;

export const initialState: DeskState = {
  link: { up: false, everUp: false, connection: 0, attempt: 0, retryAt: null },
  seq: 0,
  skewMs: 0,
  presence: null,
  queues: [],
  queuesAt: 0,
  contact: null,
  due: null,
  withdrawn: null,
  call: null,
  wrapup: null,
  unfinished: [],
  today: { calls: 0, handling_s: 0 },
};

/** Milliseconds since the epoch; NaN when it is not a time. */
export function milliseconds(at: WireTime): number {
  return typeof at === "number" ? at * 1000 : Date.parse(at);
}

export function contactOf(message: OfferMessage): Contact {
  return {
    call: message.call,
    case: message.case,
    caller: message.caller,
    queue: message.queue,
    waitedS: message.waited_s,
    offer: message.offer,
    epoch: message.epoch,
    pop: message.pop,
  };
}

/** Nobody is called by a name that is not sure. */
export function sureName(contact: Contact | null): string | null {
  const pop = contact?.pop;
  return pop?.match.sure ? (pop.customer?.name ?? null) : null;
}
