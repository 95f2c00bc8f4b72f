import { describe, expect, it } from "vitest";
import type { CallState, OfferMessage, Pop, ServerMessage, Snapshot } from "../api/types";
import { received } from "../link/acknowledge";
import { initialState } from "./model";
import type { Action, DeskState } from "./model";
import { reduce } from "./reducer";

const NOW = Date.parse("2026-11-22T14:00:00Z");

const pop: Pop = {
  customer: { id: "C1001", name: "Wang Fang" },
  match: { by: "token", confidence: 1, sure: true, reasons: [], question: null, candidates: [] },
  step: null,
  journey: [],
  form: [],
  chat: [],
  path: [],
  tags: {},
  earlier: [],
  script: null,
  can_continue: true,
  continued: null,
};

const offer = (epoch = 1, call = "call-1"): ServerMessage & OfferMessage => ({
  type: "offer",
  offer: `offer-${call}`,
  epoch,
  call,
  case: `case-${call}`,
  queue: "support",
  caller: "+8613800138000",
  waited_s: 3,
  pop,
});

const withdraw = (epoch = 1, call = "call-1"): ServerMessage => ({
  type: "withdraw",
  offer: `offer-${call}`,
  epoch,
  reason: "timeout",
});

const call = (state: CallState["state"], id = "call-1"): ServerMessage & CallState => ({
  type: "call",
  call: id,
  case: `case-${id}`,
  state,
  since: "2026-11-22T14:00:00Z",
  caller: "+8613800138000",
  customer: null,
  recording: true,
});

const snapshot = (part: Partial<Snapshot> = {}): ServerMessage => ({
  type: "snapshot",
  seq: 1,
  agent: "li_na",
  presence: { presence: "available", reason: "", since: "2026-11-22T13:00:00Z" },
  queues: [],
  offer: null,
  call: null,
  wrapup: null,
  today: { calls: 0, handling_s: 0 },
  now: "2026-11-22T14:00:02Z",
  ...part,
});

const wrapup: ServerMessage = { type: "wrapup", call: "call-1", case: "case-call-1", until: "2026-11-22T14:01:00Z" };
const done: ServerMessage = { type: "wrapup", call: "call-1", done: true };

function run(actions: Action[], from: DeskState = initialState): DeskState {
  return actions.reduce((state, action) => reduce(state, action, NOW), from);
}

const connected: Action[] = [{ type: "link.opened" }, snapshot()];

describe("an offer", () => {
  it("shows the customer and is due for acknowledgement", () => {
    const state = run([...connected, offer()]);
    expect(state.contact?.pop?.customer?.name).toBe("Wang Fang");
    expect(state.due).toEqual({ offer: "offer-call-1", epoch: 1, connection: 1 });
  });

  it("is answered with `received` once, also when it comes twice", () => {
    const before = run(connected);
    const after = run([offer()], before);
    expect(received(before, after)).toEqual({ type: "received", offer: "offer-call-1", epoch: 1 });
    expect(received(after, run([offer()], after))).toBeNull();
  });

  it("of an older epoch is ignored", () => {
    const state = run([...connected, offer(2)]);
    expect(run([offer(1)], state)).toEqual(state);
  });

  it("that was withdrawn does not come back by a late repetition", () => {
    const state = run([...connected, offer(1), withdraw(1), offer(1)]);
    expect(state.contact).toBeNull();
    expect(state.due).toBeNull();
  });

  it("comes again with the next epoch after a withdrawal", () => {
    const state = run([...connected, offer(1), withdraw(1), offer(3)]);
    expect(state.due?.epoch).toBe(3);
  });

  it("puts an unsaved wrap-up aside instead of losing it", () => {
    const state = run([...connected, offer(), call("talking"), call("ended"), wrapup, done, offer(1, "call-2")]);
    expect(state.wrapup).toBeNull();
    expect(state.contact?.call).toBe("call-2");
    expect(state.unfinished).toMatchObject([{ call: "call-1", name: "Wang Fang", over: true }]);
  });
});

describe("a withdrawal", () => {
  it("drops the case and tells why", () => {
    const state = run([...connected, offer(), withdraw()]);
    expect(state.contact).toBeNull();
    expect(state.due).toBeNull();
    expect(state.withdrawn?.reason).toBe("timeout");
  });

  it("of an older epoch or another offer is ignored", () => {
    const state = run([...connected, offer(2)]);
    expect(run([withdraw(1)], state)).toEqual(state);
    expect(run([withdraw(2, "call-9")], state)).toEqual(state);
  });
});

describe("a call", () => {
  it("keeps the pop that came with its offer", () => {
    const offered = run([...connected, offer()]);
    const talking = run([call("ringing"), call("talking")], offered);
    expect(talking.contact).toBe(offered.contact);
    expect(talking.due).toBeNull();
  });

  it("that ends does not close the one offered meanwhile", () => {
    const state = run([...connected, offer(1, "call-2"), call("ended", "call-1")]);
    expect(state.contact?.call).toBe("call-2");
    expect(state.call).toBeNull();
  });

  it("without an offer still shows who calls", () => {
    expect(run([...connected, call("talking")]).contact?.caller).toBe("+8613800138000");
  });

  it("takes a change of its case, and no other's", () => {
    const state = run([...connected, offer(), call("talking")]);
    const changed = { ...pop, continued: { at: "2026-11-22T14:00:30Z" } };
    expect(run([{ type: "case", case: "case-call-1", pop: changed }], state).contact?.pop).toBe(changed);
    expect(run([{ type: "case", case: "other", pop: changed }], state)).toEqual(state);
  });

  it("moves to another case, with the name that is sure now, also while it is written up", () => {
    const unsure = { ...pop, customer: null, match: { ...pop.match, by: "number", confidence: 0.3, sure: false } };
    const asked = { ...offer(), pop: unsure } as ServerMessage;
    const state = run([...connected, asked, call("talking"), call("ended"), wrapup]);
    expect(state.wrapup?.name).toBe("+8613800138000");
    const moved = run([{ type: "case", call: "call-1", case: "case-9", pop }], state);
    expect(moved.contact).toMatchObject({ call: "call-1", case: "case-9" });
    expect(moved.wrapup).toMatchObject({ case: "case-9", name: "Wang Fang" });
    expect(run([{ type: "case", call: "call-2", case: "case-call-1", pop }], state)).toEqual(state);
  });
});

describe("wrap-up", () => {
  const wrapping = run([...connected, offer(), call("talking"), call("ended"), wrapup]);

  it("counts down on the server's clock", () => {
    expect(wrapping.wrapup?.until).toBe(Date.parse("2026-11-22T14:01:00Z"));
    expect(wrapping.skewMs).toBe(2000);
  });

  it("that is extended counts down to the new time and tells how often it may be again", () => {
    const longer = { ...wrapup, until: "2026-11-22T14:02:00Z", extensions: 2 } as ServerMessage;
    const state = run([longer], wrapping);
    expect(state.wrapup).toMatchObject({ until: Date.parse("2026-11-22T14:02:00Z"), extensions: 2, over: false });
    const again = run([{ type: "link.opened" }, snapshot({ wrapup: { call: "call-1", case: null, until: NOW, extensions: 1 } })], state);
    expect(again.wrapup?.extensions).toBe(1);
  });

  it("whose time is up stays until it is saved", () => {
    const late = run([done], wrapping);
    expect(late.wrapup).toMatchObject({ call: "call-1", over: true });
    const saved = run([{ type: "wrapup.saved", call: "call-1" }], late);
    expect(saved.wrapup).toBeNull();
    expect(saved.contact).toBeNull();
  });

  it("saved here is not brought back by the server's `done`", () => {
    const saved = run([{ type: "wrapup.saved", call: "call-1" }, done], wrapping);
    expect(saved.wrapup).toBeNull();
    expect(saved.unfinished).toEqual([]);
  });

  it("can be taken up again after the next call", () => {
    const aside = run([done, offer(1, "call-2"), withdraw(1, "call-2")], wrapping);
    const again = run([{ type: "wrapup.reopened", call: "call-1" }], aside);
    expect(again.wrapup?.call).toBe("call-1");
    expect(again.unfinished).toEqual([]);
  });
});

describe("the connection", () => {
  it("lost leaves everything on the page, and counts the failures", () => {
    const state = run([...connected, offer(), { type: "link.down", retryAt: NOW + 500 }]);
    expect(state.contact?.call).toBe("call-1");
    expect(state.link).toMatchObject({ up: false, everUp: true, attempt: 1, retryAt: NOW + 500 });
  });

  it("that opens without a snapshot still counts as failing", () => {
    const down: Action = { type: "link.down", retryAt: 0 };
    const state = run([down, { type: "link.opened" }, down]);
    expect(state.link).toMatchObject({ up: false, attempt: 2 });
    expect(run([{ type: "link.opened" }, snapshot()], state).link).toMatchObject({ up: true, attempt: 0 });
  });

  it("found again asks for a new acknowledgement of an offer that still rings", () => {
    const before = run([...connected, offer(), { type: "link.down", retryAt: 0 }, { type: "link.opened" }]);
    const after = run([snapshot({ offer: offer() })], before);
    expect(received(before, after)).toMatchObject({ type: "received", epoch: 1 });
  });

  it("found again during the call restores it without an acknowledgement", () => {
    const { type: _, ...talking } = call("talking");
    const state = run([{ type: "link.opened" }, snapshot({ offer: offer(), call: talking })]);
    expect(state.contact?.pop).toBe(pop);
    expect(state.call?.state).toBe("talking");
    expect(state.due).toBeNull();
  });

  it("found again keeps the pop that the snapshot leaves out", () => {
    const { type: _, ...talking } = call("talking");
    const state = run([...connected, offer(), { type: "link.opened" }, snapshot({ call: talking })]);
    expect(state.contact?.pop).toBe(pop);
  });

  it("found again after the offer is gone shows no customer", () => {
    const state = run([...connected, offer(), { type: "link.opened" }, snapshot()]);
    expect(state.contact).toBeNull();
  });

  it("found again after the call's end keeps it to be written up", () => {
    const talked = [...connected, offer(), call("talking"), { type: "link.opened" } as const, snapshot()];
    const state = run(talked);
    expect(state.contact).toBeNull();
    expect(state.unfinished).toMatchObject([{ call: "call-1", name: "Wang Fang", over: true }]);
  });

  it("repeats nothing: a message with a number already seen is ignored", () => {
    const state = run([...connected, { ...offer(), seq: 2 }]);
    expect(run([{ ...withdraw(), seq: 2 }], state)).toBe(state);
    expect(run([{ ...withdraw(), seq: 3 }], state).contact).toBeNull();
  });

  it("starts its numbers again", () => {
    const state = run([...connected, { ...offer(), seq: 9 }, { type: "link.opened" }, snapshot()]);
    expect(state.seq).toBe(1);
  });
});

it("takes the day from the server, which counts the wrap-up too", () => {
  const state = run([...connected, { type: "today", calls: 3, handling_s: 95.5 }]);
  expect(state.today).toEqual({ calls: 3, handling_s: 95.5 });
  expect(run([offer(), call("talking"), call("ended")], state).today.calls).toBe(3);
});

it("never changes the state it was given", () => {
  const actions: Action[] = [...connected, offer(), call("ringing"), call("talking"), call("ended"), wrapup, done];
  let state = initialState;
  for (const action of actions) {
    const copy = structuredClone(state);
    const next = reduce(state, action, NOW);
    expect(state).toEqual(copy);
    state = next;
  }
});
