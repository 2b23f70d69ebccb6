import { type Finding, findingsOf } from './finding.ts';

const { ok, warn, fail } = findingsOf('clocks');

/** What another clock said, and when, on ours, in milliseconds since 1970: right before asking and right after. */
export interface ClockReading {
  readonly whose: string;
  readonly says: number;
  readonly askedAt: number;
  readonly answeredAt: number;
  /** How coarse that clock tells the time, in milliseconds. */
  readonly resolutionMs: number;
}

const NOTABLE_MS = 2_000;
/** Signed requests to clouds are refused from five minutes on; tokens and certificates suffer earlier. */
const HARMFUL_MS = 60_000;

/** How far a clock is from ours at least, in milliseconds: what the round trip and its resolution explain is not counted. */
export function skewOf({ says, askedAt, answeredAt, resolutionMs }: ClockReading): number {
  if (says + resolutionMs < askedAt) return says + resolutionMs - askedAt;
  return Math.max(0, says - answeredAt);
}

export function judgeClock(reading: ClockReading): Finding {
  const skew = skewOf(reading);
  const seconds = (Math.abs(skew) / 1000).toFixed(1);
  const says = `It is ${seconds} s ${skew < 0 ? 'behind' : 'ahead of'} this machine's.`;
  const next = 'Synchronize both with the same time servers (NTP).';
  if (Math.abs(skew) >= HARMFUL_MS) return fail(reading.whose, says, next);
  if (Math.abs(skew) >= NOTABLE_MS) return warn(reading.whose, says, next);
  return ok(reading.whose, "It agrees with this machine's.");
}
