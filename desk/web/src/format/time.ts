import type { WireTime } from "../api/types";
import { useLanguage } from "../i18n";
import { milliseconds } from "../state/model";

const two = (n: number) => String(n).padStart(2, "0");

/** `02:14`, and `1:02:14` from an hour on; never negative. */
export function duration(seconds: number): string {
  const all = Math.max(0, Math.floor(seconds || 0));
  const [hours, minutes] = [Math.floor(all / 3600), Math.floor(all / 60) % 60];
  const tail = `${two(minutes)}:${two(all % 60)}`;
  return hours ? `${hours}:${tail}` : tail;
}

export interface TimeFormat {
  /** `14:02:31`. */
  exact(at: WireTime | undefined): string;
  /** `14:02` today, `20 Nov, 14:02` on other days. */
  short(at: WireTime | undefined, now: number): string;
  /** `20 November 2026`. */
  day(at: WireTime | undefined): string;
}

/** Local times of this computer, in the words of the chosen language. */
export function useTimes(): TimeFormat {
  return FORMATS[useLanguage()]();
}

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

// A formatter takes longer to make than all that a pop formats.
const FORMATS = { en: once(() => timeFormat("en-GB")), zh: once(() => timeFormat("zh-CN")) };

export function timeFormat(locale: string): TimeFormat {
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const exact = new Intl.DateTimeFormat(locale, { ...clock, second: "2-digit" });
  const today = new Intl.DateTimeFormat(locale, clock);
  const other = new Intl.DateTimeFormat(locale, { ...clock, day: "numeric", month: "short" });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
  const show = (format: Intl.DateTimeFormat, at: WireTime | undefined) => {
    const ms = at === undefined ? NaN : milliseconds(at);
    return Number.isNaN(ms) ? "" : format.format(ms);
  };
  return {
    exact: (at) => show(exact, at),
    day: (at) => show(day, at),
    short: (at, now) => {
      const ms = at === undefined ? NaN : milliseconds(at);
      return show(new Date(ms).toDateString() === new Date(now).toDateString() ? today : other, at);
    },
  };
}
