import { createHash } from 'node:crypto';
import { canonicalJson } from '../crypto/canonical-json.ts';
import { type Observed, planTarget, type SyncDecision, type Wanted, withheld } from './sync-plan.ts';
import type { TargetState } from './target-state.ts';

export const PLAN_ACTIONS = ['create', 'update', 'delete', 'adopt', 'skip', 'conflict'] as const;
export type PlanAction = (typeof PLAN_ACTIONS)[number];

/** What is known of a target without asking its vault. */
export interface LedgerTarget extends Wanted {
  readonly id: string;
  readonly profileId: string;
  readonly remotePath: string;
  readonly state: TargetState;
  readonly code: string | null;
  /** What happens to the copy when the target goes: keep, delete or delete-until-restore. */
  readonly onRemove: string;
  /** The wanted version's record; null when there is none. */
  readonly version: { readonly state: string } | null;
}

/** What was seen at the destination: now, by the ledger alone, or why nobody could look. */
export type Sight =
  | { readonly basis: 'observed'; readonly observed: Observed }
  | { readonly basis: 'ledger' }
  | { readonly basis: 'unknown'; readonly code: string };

/** Where the value comes from. */
export interface PlanSource {
  /** Why it cannot be had; null when it can. */
  readonly code: string | null;
}

/** What a target's profile allows. */
export interface PlanPolicy {
  /** Why nothing is done through it; null when it is in use. */
  readonly closed: string | null;
  /** Copies that may be removed now. */
  readonly deletesLeft: number;
}

export interface PlanInput {
  readonly target: LedgerTarget;
  readonly sight: Sight;
  readonly source: PlanSource;
  readonly policy: PlanPolicy;
}

/** What will be done about one target. */
export interface PlannedTarget {
  readonly targetId: string;
  readonly profileId: string;
  readonly remotePath: string;
  readonly action: PlanAction;
  /** Why it is skipped or in conflict; null when that needs no reason. */
  readonly code: string | null;
  /** The version that will be there; null: none. */
  readonly version: number | null;
}

/**
 * What a run would do about each target, without doing it: the rules are those of {@link planTarget}, which decides in earnest.
 * Removals beyond what a profile's fuse lets go are held in the order given.
 */
export function planTargets(inputs: readonly PlanInput[]): PlannedTarget[] {
  const left = new Map<string, number>();
  return inputs.map((input) => {
    const planned = planOne(input);
    if (planned.action !== 'delete') return planned;
    const { profileId } = input.target;
    const remaining = left.get(profileId) ?? input.policy.deletesLeft;
    if (remaining <= 0) return { ...planned, action: 'skip', code: 'delete_fuse' };
    left.set(profileId, remaining - 1);
    return planned;
  });
}

function planOne({ target, sight, source, policy }: PlanInput): PlannedTarget {
  const { id: targetId, profileId, remotePath, desiredVersion: version } = target;
  const line = (action: PlanAction, code: string | null): PlannedTarget => ({
    targetId,
    profileId,
    remotePath,
    action,
    code,
    version,
  });
  const idle = idleReason(target, policy);
  if (idle !== undefined) return line('skip', idle);
  if (sight.basis === 'unknown') return line('skip', sight.code);
  const observed = sight.basis === 'observed' ? sight.observed : lastSeen(target);
  const { action, code } = shown(planTarget(observed, target), observed, target);
  if ((action === 'create' || action === 'update') && source.code !== null) return line('skip', source.code);
  return line(action, code);
}

/** Why nothing is done, whatever lies at the destination: nobody needs to look. Undefined: somebody does. */
export function idleReason(target: LedgerTarget, policy: PlanPolicy): string | undefined {
  return idleCode(target) ?? policy.closed ?? withheld(target.desiredVersion, target.version);
}

function idleCode({ state, code, desiredVersion }: LedgerTarget): string | undefined {
  if (state === 'removed' || state === 'paused') return state;
  if (code === 'secret_deleted') return code;
  return desiredVersion === null && state !== 'removing' ? 'no_version' : undefined;
}

/** What the ledger says was there last. What is drifted or in conflict is still so as far as anybody knows. */
export function lastSeen(target: LedgerTarget): Observed {
  const version = target.remoteVersion ?? '';
  if (target.state === 'conflict' || target.code === 'foreign_left') {
    return { kind: 'present', version, marker: 'other', matches: [] };
  }
  if (target.state === 'drifted' || target.code === 'change_left') {
    return { kind: 'present', version: `not ${version}`, marker: 'ours', matches: [] };
  }
  if (!target.owned) return { kind: 'absent' };
  const matches = target.observedVersion === null ? [] : [target.observedVersion];
  return { kind: 'present', version, marker: 'ours', matches };
}

function shown(
  decision: SyncDecision,
  observed: Observed,
  target: LedgerTarget,
): { readonly action: PlanAction; readonly code: string | null } {
  switch (decision.action) {
    case 'create':
    case 'update':
      return { action: decision.action, code: null };
    case 'remove':
      return { action: 'delete', code: null };
    case 'forget':
      return { action: 'skip', code: observed.kind === 'absent' ? 'absent' : 'not_ours' };
    case 'leave':
      return { action: 'skip', code: decision.code };
    case 'conflict':
    case 'drifted':
      return { action: 'conflict', code: decision.code };
    case 'record': {
      if (observed.kind === 'present' && observed.marker === 'ours') return { action: 'skip', code: null };
      const known = target.owned || target.claimed;
      if (known) return decision.label ? { action: 'adopt', code: 'marker_missing' } : { action: 'skip', code: null };
      return { action: 'adopt', code: null };
    }
  }
}

/** 64 hex digits over the decisions, in the order of the targets' ids: two plans that do the same have the same. */
export function planDigest(plan: readonly PlannedTarget[]): string {
  const covered = [...plan]
    .sort((a, b) => (a.targetId < b.targetId ? -1 : Number(a.targetId > b.targetId)))
    .map(({ targetId, profileId, remotePath, action, code, version }) => [
      targetId,
      profileId,
      remotePath,
      action,
      code,
      version,
    ]);
  return createHash('sha256').update(canonicalJson(covered)).digest('hex');
}

/** One target of which two plans say different things; null: the plan does not name it. */
export interface PlanDifference {
  readonly targetId: string;
  readonly was: PlannedTarget | null;
  readonly is: PlannedTarget | null;
}

/** Where two plans part, in the order of the targets' ids. Empty exactly when their digests are equal. */
export function comparePlans(was: readonly PlannedTarget[], is: readonly PlannedTarget[]): PlanDifference[] {
  const before = new Map(was.map((line) => [line.targetId, line]));
  const after = new Map(is.map((line) => [line.targetId, line]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((targetId) => ({ targetId, was: before.get(targetId) ?? null, is: after.get(targetId) ?? null }))
    .filter(
      ({ was: one, is: other }) => planDigest(one === null ? [] : [one]) !== planDigest(other === null ? [] : [other]),
    );
}
