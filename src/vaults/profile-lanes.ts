import type { VaultErrorCode } from '../../adapters/vault-error.ts';
import { type Breaker, type BreakerState, createBreaker } from './breaker.ts';
import { type CallRate, createCallRate } from './call-rate.ts';

/** What is known of one profile's calls in this process. */
export interface Lane {
  readonly breaker: Breaker;
  readonly rate: CallRate;
  /** Which adapter it used last, and of which revision of the vault; empty and 0 before the first. */
  key: string;
  revision: number;
}

export interface BreakerChange {
  readonly profileId: string;
  readonly state: BreakerState;
  readonly code: VaultErrorCode | undefined;
}

export interface ProfileLanes {
  of(profileId: string): Lane;
  /** Answers with what was known of it. */
  forget(profileId: string): Lane | undefined;
  states(): ReadonlyMap<string, BreakerState>;
}

export function createProfileLanes(
  onBreaker: (change: BreakerChange) => void,
  longestPauseMs: number | undefined,
): ProfileLanes {
  const lanes = new Map<string, Lane>();
  return {
    of(profileId) {
      const known = lanes.get(profileId);
      if (known !== undefined) return known;
      const onChange = (state: BreakerState, code?: VaultErrorCode) => onBreaker({ profileId, state, code });
      const breaker = createBreaker({ onChange, ...(longestPauseMs === undefined ? {} : { longestPauseMs }) });
      const lane: Lane = { breaker, rate: createCallRate(), key: '', revision: 0 };
      lanes.set(profileId, lane);
      return lane;
    },
    forget(profileId) {
      const known = lanes.get(profileId);
      lanes.delete(profileId);
      return known;
    },
    states: () => new Map([...lanes].map(([profileId, { breaker }]) => [profileId, breaker.state])),
  };
}
