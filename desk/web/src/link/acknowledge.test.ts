import { expect, it } from "vitest";
import { afterPaint } from "./acknowledge";
import type { Painter } from "./acknowledge";
import { backoffMs } from "./backoff";

class FakePainter implements Painter {
  frames: (() => void)[] = [];
  tasks: (() => void)[] = [];
  watchers: (() => void)[] = [];
  constructor(private readonly isHidden = false) {}
  hidden = () => this.isHidden;
  frame = (run: () => void) => {
    this.frames.push(run);
    return () => this.frames.splice(0);
  };
  task = (run: () => void) => void this.tasks.push(run);
  onHidden = (run: () => void) => {
    this.watchers.push(run);
    return () => this.watchers.splice(0);
  };
}

function start(painter: FakePainter) {
  const told: boolean[] = [];
  const cancel = afterPaint(painter, (hidden) => told.push(hidden));
  return { told, cancel };
}

it("waits for the frame and for the task behind it", () => {
  const painter = new FakePainter();
  const { told } = start(painter);
  expect(told).toEqual([]);
  painter.frames[0]?.();
  expect(told).toEqual([]);
  painter.tasks[0]?.();
  expect(told).toEqual([false]);
});

it("answers at once in a hidden tab, where no frame comes", () => {
  expect(start(new FakePainter(true)).told).toEqual([true]);
});

it("answers once when the tab is hidden between commit and frame", () => {
  const painter = new FakePainter();
  const { told } = start(painter);
  const drawn = painter.frames[0];
  painter.watchers[0]?.();
  drawn?.();
  painter.tasks[0]?.();
  expect(told).toEqual([true]);
  expect(painter.frames).toEqual([]);
});

it("says nothing after a withdrawal, even when the frame was already drawn", () => {
  const painter = new FakePainter();
  const { told, cancel } = start(painter);
  painter.frames[0]?.();
  cancel();
  painter.tasks[0]?.();
  expect(told).toEqual([]);
});

it("tries again soon, then ever more slowly, and never all pages at once", () => {
  expect([0, 1, 2, 3].map((n) => backoffMs(n, 0.5))).toEqual([500, 1000, 2000, 4000]);
  expect(backoffMs(500, 0.5)).toBe(15_000);
  expect(backoffMs(0, 0)).toBe(400);
  expect(backoffMs(0, 1)).toBe(600);
});
