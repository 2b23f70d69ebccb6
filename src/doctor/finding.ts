/** What is looked at, in the order it is shown. */
export const AREAS = [
  'configuration',
  'data folder',
  'database',
  'keys',
  'audit',
  'queue',
  'clocks',
  'vaults',
] as const;
export type Area = (typeof AREAS)[number];

/** `ok`; `warn`: works, but somebody should look; `fail`: does not work, or something that was promised does not hold. */
export type Level = 'ok' | 'warn' | 'fail';

/** One thing that was looked at. Texts are ours: they name variables, files, profiles and codes, never a value or credential. */
export interface Finding {
  readonly area: Area;
  readonly check: string;
  readonly level: Level;
  /** What was found. */
  readonly says: string;
  /** What to do about it; absent when all is well. */
  readonly next?: string;
}

/** Makes the findings of one area. */
export function findingsOf(area: Area) {
  return {
    ok: (check: string, says: string): Finding => ({ area, check, level: 'ok', says }),
    warn: (check: string, says: string, next: string): Finding => ({ area, check, level: 'warn', says, next }),
    fail: (check: string, says: string, next: string): Finding => ({ area, check, level: 'fail', says, next }),
  };
}

/** 0: all is well; 1: there are warnings; 2: something fails. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ level }) => level === 'fail')) return 2;
  return findings.some(({ level }) => level === 'warn') ? 1 : 0;
}
