import { describe } from 'vitest';

/**
 * A `describe` for tests that need something this machine may lack. `reason` is why it is missing, or `undefined` when it
 * is there. Missing things are skipped by name; with `REQUIRE_ALL=1` they fail instead, so that CI cannot skip silently.
 */
export function describeIf(what: string, reason: string | undefined, body: () => void): void {
  if (reason === undefined) {
    describe(what, body);
    return;
  }
  if (process.env.REQUIRE_ALL === '1') throw new Error(`REQUIRE_ALL=1, but ${what} is missing: ${reason}`);
  console.warn(`skipped: ${what} (${reason})`);
  describe.skip(`${what} (skipped: ${reason})`, body);
}
