import type { PolicySnapshot } from './approval-policy.ts';
import type { Check } from './check.ts';

/** A check that a policy asks for and that is not `ok` on what is up for decision. */
export interface MissingCheck {
  readonly name: string;
  /** The approval profile that asks for it. */
  readonly profileId: string;
  readonly profile: string;
  /** `not_reported`: nothing was ever said. `stale`: what was said is about something else than what it is now. */
  readonly why: 'not_reported' | 'stale' | 'not_ok' | 'not_available';
}

/**
 * What the policies still ask for, each check once per profile. Of each name there is one result, the newest; it counts only
 * for the digest it was made for, so an edit makes every result stale.
 */
export function missingChecks(
  policies: readonly PolicySnapshot[],
  checks: readonly Pick<Check, 'name' | 'conclusion' | 'digest'>[],
  digest: string,
): MissingCheck[] {
  const newest = new Map(checks.map((check) => [check.name, check]));
  return policies.flatMap(({ profileId, name: profile, rules }) => {
    const names = new Set(rules.flatMap((rule) => rule.requiredChecks ?? []));
    return [...names].sort().flatMap((name): MissingCheck[] => {
      const check = newest.get(name);
      if (check === undefined) return [{ name, profileId, profile, why: 'not_reported' }];
      if (check.digest !== digest) return [{ name, profileId, profile, why: 'stale' }];
      return check.conclusion === 'ok' ? [] : [{ name, profileId, profile, why: check.conclusion }];
    });
  });
}
