import type { CallState, OfferMessage, ServerMessage, Snapshot } from "../api/types";
import { contactOf, initialState, milliseconds, sureName } from "./model";
import type { Action, Contact, DeskState, LocalAction, WrapUpState } from "./model";

/** One message in, the next state out. `now` is our clock in milliseconds. Never mutates. */
export function reduce(state: DeskState, action: Action, now: number): DeskState {
  if (isLocal(action)) return local(state, action);
  if (action.type === "snapshot") return snapshot(state, action, action.seq ?? 0, now);
  // The server's numbers grow within a connection: anything else is a repetition.
  if (action.seq !== undefined && action.seq <= state.seq) return state;
  const next = action.seq === undefined ? state : { ...state, seq: action.seq };
  return message(next, action, now);
}

function isLocal(action: Action): action is LocalAction {
  return action.type.includes(".");
}

function message(state: DeskState, m: Exclude<ServerMessage, { type: "snapshot" }>, now: number): DeskState {
  switch (m.type) {
    case "presence":
      return presence(state, m);
    case "queues":
      return { ...state, queues: m.queues, queuesAt: now };
    case "offer":
      return offer(state, m);
    case "withdraw":
      return withdraw(state, m);
    case "call":
      return call(state, m);
    case "case":
      return caseChanged(state, m);
    case "wrapup":
      return wrapup(state, m);
    case "today":
      return { ...state, today: { calls: m.calls, handling_s: m.handling_s } };
    default:
      return state;
  }
}

function snapshot(state: DeskState, s: Snapshot, seq: number, now: number): DeskState {
  const known = state.contact;
  const live = s.call && s.call.state !== "ended" ? s.call : null;
  const callId = s.offer?.call ?? live?.call ?? s.wrapup?.call ?? null;
  let contact: Contact | null = null;
  if (s.offer) contact = contactOf(s.offer);
  else if (known && known.call === callId) contact = known;
  else if (live) contact = bareContact(live);
  const ringing = s.offer !== null && (live === null || live.state === "ringing") && !s.wrapup;
  const base: DeskState = {
    ...state,
    seq,
    // Only now: a server that refuses closes after it has opened, and must not be asked without pause.
    link: { ...state.link, up: true, everUp: true, attempt: 0, retryAt: null },
    skewMs: milliseconds(s.now) - now || 0,
    presence: s.presence,
    queues: s.queues,
    queuesAt: now,
    contact,
    due: ringing && s.offer ? due(state, s.offer) : null,
    withdrawn: null,
    call: s.call,
    wrapup: null,
    today: s.today,
  };
  if (s.wrapup) {
    const wrap = wrapUpState(base, s.wrapup, milliseconds(s.wrapup.until));
    return { ...base, wrapup: wrap, unfinished: without(state.unfinished, s.wrapup.call) };
  }
  return { ...base, unfinished: addAll(state.unfinished, leftBehind(state, callId)) };
}

/** A call or a wrap-up that ended while we were away: what was typed can still be saved. */
function leftBehind(state: DeskState, callId: string | null): WrapUpState[] {
  const { wrapup, contact, call } = state;
  if (wrapup) return wrapup.call === callId ? [] : [wrapup];
  const served = contact !== null && call?.call === contact.call && call.state !== "ringing";
  if (!served || contact.call === callId) return [];
  return [wrapUpState(state, contact, null)];
}

function bareContact(call: CallState): Contact {
  return {
    call: call.call,
    case: call.case,
    caller: call.caller,
    queue: null,
    waitedS: 0,
    offer: null,
    epoch: 0,
    pop: null,
  };
}

function due(state: DeskState, m: OfferMessage): DeskState["due"] {
  return { offer: m.offer, epoch: m.epoch, connection: state.link.connection };
}

function presence(state: DeskState, m: ServerMessage & { type: "presence" }): DeskState {
  const next = { ...state, presence: { presence: m.presence, reason: m.reason, since: m.since } };
  const idle = state.call === null || state.call.state === "ended";
  if (m.presence !== "available" || state.due || !idle || state.wrapup) return next;
  return { ...next, contact: null, call: null };
}

function offer(state: DeskState, m: OfferMessage): DeskState {
  const { contact, withdrawn } = state;
  const known = contact !== null && (contact.offer === m.offer || contact.call === m.call);
  if (known && m.epoch < contact.epoch) return state;
  if (withdrawn && withdrawn.offer === m.offer && m.epoch <= withdrawn.epoch) return state;
  const left = state.wrapup ? [{ ...state.wrapup, over: true, until: null }] : [];
  return {
    ...state,
    contact: contactOf(m),
    due: due(state, m),
    withdrawn: null,
    call: state.call?.call === m.call ? state.call : null,
    wrapup: null,
    unfinished: addAll(state.unfinished, left),
  };
}

function withdraw(state: DeskState, m: { offer: string; epoch: number; reason: string }): DeskState {
  if (state.contact?.offer !== m.offer || m.epoch < state.contact.epoch) return state;
  const withdrawn = { offer: m.offer, epoch: m.epoch, reason: m.reason };
  return { ...state, contact: null, due: null, call: null, withdrawn };
}

function call(state: DeskState, m: CallState): DeskState {
  const same = state.contact?.call === m.call;
  // The end of an earlier call must not close the one that is offered now.
  if (m.state === "ended" && state.contact && !same) return state;
  if (m.state === "ended" && !state.contact) return { ...state, call: null };
  return {
    ...state,
    call: m,
    contact: same ? state.contact : bareContact(m),
    due: m.state === "ringing" ? state.due : null,
  };
}

/** The call may stand in another case now; an older server does not name the call. */
function caseChanged(state: DeskState, m: ServerMessage & { type: "case" }): DeskState {
  const { contact } = state;
  const mine = contact && (m.call === undefined ? contact.case === m.case : contact.call === m.call);
  if (!mine) return state;
  const known = { ...contact, case: m.case, pop: m.pop };
  const wrap = state.wrapup?.call === known.call ? { ...state.wrapup, case: m.case, name: nameOf(known) } : state.wrapup;
  return { ...state, contact: known, wrapup: wrap };
}

function wrapup(state: DeskState, m: ServerMessage & { type: "wrapup" }): DeskState {
  if (!m.done) {
    const until = m.until === undefined ? null : milliseconds(m.until);
    return { ...state, due: null, wrapup: wrapUpState(state, { ...m, case: m.case ?? null }, until) };
  }
  if (state.wrapup?.call !== m.call) return state;
  // Time is up, and it was not saved here: the form stays until it is, or the next offer comes.
  return { ...state, wrapup: { ...state.wrapup, over: true, until: null } };
}

function wrapUpState(
  state: DeskState,
  { call: id, case: caseId, extensions = 0 }: { call: string; case: string | null; extensions?: number },
  until: number | null,
): WrapUpState {
  const contact = state.contact?.call === id ? state.contact : null;
  return { call: id, case: caseId, name: contact ? nameOf(contact) : "", until, extensions, over: false };
}

/** What a contact is called where nobody may be called by a name that is not sure. */
function nameOf(contact: Contact): string {
  return sureName(contact) ?? contact.caller;
}

function local(state: DeskState, action: LocalAction): DeskState {
  switch (action.type) {
    case "link.opened":
      return { ...state, seq: 0, link: { ...state.link, connection: state.link.connection + 1 } };
    case "link.down": {
      const attempt = state.link.attempt + 1;
      return { ...state, link: { ...state.link, up: false, attempt, retryAt: action.retryAt } };
    }
    case "wrapup.saved":
      return saved(state, action.call);
    case "wrapup.reopened": {
      const wrap = state.unfinished.find((u) => u.call === action.call);
      if (!wrap || state.wrapup) return state;
      return { ...state, wrapup: wrap, unfinished: without(state.unfinished, wrap.call) };
    }
    case "notice.seen":
      return { ...state, withdrawn: null };
    case "signed.out":
      return initialState;
  }
}

function saved(state: DeskState, id: string): DeskState {
  const unfinished = without(state.unfinished, id);
  const mine = state.wrapup?.call === id;
  const shown = state.contact?.call === id && state.call?.state !== "talking" && state.call?.state !== "held";
  return {
    ...state,
    unfinished,
    wrapup: mine ? null : state.wrapup,
    contact: shown ? null : state.contact,
    call: shown ? null : state.call,
  };
}

function without(list: WrapUpState[], id: string): WrapUpState[] {
  return list.filter((u) => u.call !== id);
}

function addAll(list: WrapUpState[], more: WrapUpState[]): WrapUpState[] {
  return more.reduce((all, u) => [...without(all, u.call), { ...u, over: true, until: null }], list);
}
