import { law, lawIf } from './law.ts';
import { hasNoLogin, hasNoServer } from './refusals.ts';
import type { Suite } from './suite.ts';
import type { Fault } from './target.ts';

const OF_THE_LOGIN: readonly Fault[] = ['wrongCredential', 'noRights', 'readRights'];

/**
 * A law about a vault that fails. In this process there may be nobody who could: then that is tested. A real server cannot be
 * made to fail in every way, so its column has gaps.
 */
export function faultLaw(suite: Suite, fault: Fault, title: string, run: () => Promise<void>): void {
  const { faults, tier } = suite.target;
  if (faults.includes(fault)) law(title, run);
  else if (tier === 'in process') {
    lawIf(false, title, run, OF_THE_LOGIN.includes(fault) ? hasNoLogin(suite) : hasNoServer(suite));
  }
}

/** A law that takes another way to the server: its address by another name, other spellings of it. */
export function serverLaw(suite: Suite, title: string, run: () => Promise<void>, refusal = hasNoServer(suite)): void {
  const { tier } = suite.target;
  if (tier !== 'live') lawIf(tier !== 'in process', title, run, refusal);
}
