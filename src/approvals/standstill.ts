import type { Change } from './change.ts';
import type { Explanation } from './explain-schemas.ts';
import { overrideCovers } from './override.ts';
import type { MissingCheck } from './required-checks.ts';
import type { ChangeLack } from './satisfiable-policy.ts';

/** What a change waits for, and why in a sentence. */
export type Standstill = Pick<Explanation, 'waitsFor' | 'summary'>;

interface Surroundings {
  /** Checks that stand in the way of a change that has its votes. */
  readonly missing: readonly MissingCheck[];
  readonly unsatisfiable: ChangeLack | null;
  readonly inWork: boolean;
  readonly nextAttemptAt: Date | null;
}

/** Why a change is in the state it is in. */
export function standstillOf(change: Change, around: Surroundings): Standstill {
  switch (change.state) {
    case 'draft':
      return { waitsFor: 'submission', summary: 'It is a draft: nobody is asked until it is submitted.' };
    case 'pending_approval':
      return waiting(change, around);
    case 'approved':
      return approved(change, around);
    case 'executing':
      return executing(change, around);
    case 'indeterminate':
      return {
        waitsFor: 'vault',
        summary: `The vault's answer was unclear (${change.code}): whether it took effect is being found out.${later(around)}`,
      };
    case 'applied':
      return ended(
        overrideCovers(change.override, change) ? 'It took effect, put through without the votes.' : 'It took effect.',
      );
    case 'failed':
      return { waitsFor: 'requester', summary: `It failed without effect: ${meaning(change.code)}` };
    case 'conflict':
      return { waitsFor: 'requester', summary: `It ended without effect: ${meaning(change.code)}` };
    case 'rejected':
      return { waitsFor: 'requester', summary: 'A reviewer rejected it.' };
    case 'cancelled':
      return ended('It was withdrawn.');
    case 'expired':
      return ended('Nobody decided in time.');
  }
}

function ended(summary: string): Standstill {
  return { waitsFor: 'nothing', summary };
}

function waiting({ code }: Change, { missing, unsatisfiable }: Surroundings): Standstill {
  if (unsatisfiable !== null) {
    const { step, profile, required, available } = unsatisfiable;
    return {
      waitsFor: 'people',
      summary: `It waits in vain: step "${step}" of "${profile}" asks for ${required}, and ${available} could decide it beside the requester, the editors and those whom earlier steps need.`,
    };
  }
  if (missing.length > 0) {
    const named = missing.map(({ name, why }) => `"${name}" (${WHY_MISSING[why]})`);
    return {
      waitsFor: 'checks',
      summary: `It has its votes and waits for checks to be ok: ${[...new Set(named)].join(', ')}.`,
    };
  }
  return {
    waitsFor: 'votes',
    summary:
      code === 'votes_lost'
        ? 'It was approved, but when it was to take effect the votes no longer sufficed: somebody lost a role, a group or their account, or more is asked than before.'
        : 'It waits for approval.',
  };
}

const WHY_MISSING = {
  not_reported: 'nothing was reported',
  stale: 'what was reported is about an earlier content',
  not_ok: 'not ok',
  not_available: 'could not be made',
} as const satisfies Record<MissingCheck['why'], string>;

function approved({ code }: Change, around: Surroundings): Standstill {
  if (code === 'profile_disabled') {
    return { waitsFor: 'profile', summary: `It is approved and waits: the vault profile is disabled.${later(around)}` };
  }
  return { waitsFor: 'worker', summary: 'It is approved and about to be carried out.' };
}

function executing({ code }: Change, around: Surroundings): Standstill {
  if (around.inWork || code === null) return { waitsFor: 'worker', summary: 'It is being carried out.' };
  const where = code === 'profile_disabled' ? 'profile' : 'vault';
  return { waitsFor: where, summary: `It was begun and rests: ${meaning(code)}${later(around)}` };
}

function later({ nextAttemptAt }: Surroundings): string {
  return nextAttemptAt === null ? '' : ` Next attempt at ${nextAttemptAt.toISOString()}.`;
}

/** What the codes of changes mean. A code of a vault's that is not here speaks for itself. */
const MEANINGS: Readonly<Record<string, string>> = {
  requester_not_authorized:
    'its requester no longer holds the right, or is disabled, or the token that was used is revoked.',
  digest_mismatch: 'what was stored is no longer what was approved.',
  base_moved: 'the secret has another version or source than it was based on.',
  profile_changed: 'a vault profile is no longer as it was when it was approved.',
  profile_disabled: 'the vault profile is disabled.',
  secret_protected: 'the secret is protected by now.',
  secret_disabled: 'the secret is disabled by now.',
  secret_deleted: 'the secret is deleted by now.',
  secret_destroyed: 'the secret is destroyed by now.',
  version_conflict: 'the vault holds something newer that Keyferry did not write.',
};

function meaning(code: string | null): string {
  return (code !== null && MEANINGS[code]) || `code ${code}.`;
}
