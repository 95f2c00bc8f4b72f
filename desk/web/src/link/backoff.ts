const FIRST_MS = 500;
const MOST_MS = 15_000;

/** Wait before attempt `attempt` (from 0), doubled each time, spread by `chance` in [0, 1) so that pages do not return all at once. */
export function backoffMs(attempt: number, chance: number): number {
  const wait = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(wait * (0.8 + 0.4 * chance));
}
