import { type Observed, planTarget, type SyncDecision, type Wanted } from '../../sync/sync-plan.ts';
import type { TargetState } from '../../sync/target-state.ts';
import { type OnConflict, planOf, type TargetPlan } from '../change-plan.ts';
import type { SecretChange } from '../secret-change.ts';

/** A profile as evidence names it. */
export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly vaultKind: string;
  readonly enabled: boolean;
}

/** What the ledger knows of one target. */
export interface LedgerTarget {
  readonly id: string;
  readonly profile: Profile;
  readonly remotePath: string;
  readonly state: TargetState;
  readonly desiredVersion: number | null;
  readonly observedVersion: number | null;
  readonly remoteVersion: string | null;
  readonly owned: boolean;
  readonly claimed: boolean;
  readonly onConflict: OnConflict;
  /** As in {@link Wanted}. */
  readonly headVersion: number;
  readonly wary: boolean;
}

/** Where a secret lies now. */
export interface Whereabouts {
  /** Its source; undefined while it waits to be created. */
  readonly source: { readonly profile: Profile; readonly remotePath: string } | undefined;
  readonly targets: readonly LedgerTarget[];
  /** Profiles that the change brings in, by id. */
  readonly profiles: ReadonlyMap<string, Profile>;
}

export const DESTINATION_ACTIONS = [
  'create',
  'update',
  'adopt',
  'none',
  'remove',
  'keep_copy',
  'conflict',
  'drifted',
] as const;

/** One place that holds or will hold the value, and what the change means for it. */
export interface Destination {
  readonly profile: Profile;
  readonly role: 'source' | 'target';
  readonly remotePath: string;
  /** The value has not been there before. */
  readonly isNew: boolean;
  readonly action: (typeof DESTINATION_ACTIONS)[number];
}

/**
 * Where the value lies and will lie, and what happens at each place. Predicted by the planner that also decides in earnest,
 * from what the ledger saw last: no vault is asked.
 */
export function planDestinations(change: SecretChange, now: Whereabouts): Destination[] {
  switch (change.operation) {
    case 'create': {
      const plan = planOf(change, 'create');
      const source = atNewPlace(now, change.profileId, 'source', plan.sourcePath);
      return [...source, ...plan.targets.flatMap((target) => newTarget(now, target))];
    }
    case 'add_target':
      return [...standing(now, () => 'none'), ...newTarget(now, planOf(change, 'add_target').target)];
    case 'change_source':
      return sourceChange(change, now);
    case 'rename':
      return renamed(change, now);
    case 'update':
    case 'rollback':
      return standing(now, (target) => (target === undefined ? 'update' : predict(target, change.baseVersion + 1)));
    case 'restore':
      return standing(now, (target) => (target === undefined ? 'update' : predict(target, change.baseVersion)));
    case 'delete':
    case 'destroy': {
      const { copies } = planOf(change, change.operation);
      return standing(now, (target) => (target === undefined || copies === 'delete' ? 'remove' : 'keep_copy'));
    }
    case 'remove_target': {
      const { targetId, copy } = planOf(change, 'remove_target');
      return standing(now, (target) =>
        target?.id === targetId ? (copy === 'delete' ? 'remove' : 'keep_copy') : 'none',
      );
    }
    case 'resolve_target': {
      const { targetId, way } = planOf(change, 'resolve_target');
      const resolved = way === 'adopt' ? 'adopt' : 'update';
      return standing(now, (target) => (target?.id === targetId ? resolved : 'none'));
    }
    default:
      return standing(now, () => 'none');
  }
}

type Action = Destination['action'];

/** Every place there is now; the source is asked for without a target. */
function standing({ source, targets }: Whereabouts, actionAt: (target?: LedgerTarget) => Action): Destination[] {
  const places: Destination[] = targets.map((target) => ({
    profile: target.profile,
    role: 'target',
    remotePath: target.remotePath,
    isNew: false,
    action: actionAt(target),
  }));
  if (source !== undefined) places.unshift({ ...source, role: 'source', isNew: false, action: actionAt() });
  return places;
}

function newTarget(now: Whereabouts, { profileId, remotePath }: TargetPlan): Destination[] {
  return atNewPlace(now, profileId, 'target', remotePath);
}

function atNewPlace(
  { profiles }: Whereabouts,
  profileId: string,
  role: Destination['role'],
  remotePath: string,
): Destination[] {
  const profile = profiles.get(profileId);
  return profile === undefined ? [] : [{ profile, role, remotePath, isNew: true, action: 'create' }];
}

function sourceChange(change: SecretChange, now: Whereabouts): Destination[] {
  const plan = planOf(change, 'change_source');
  const fresh = atNewPlace(now, plan.profileId, 'source', plan.sourcePath);
  const [old, ...targets] = standing(now, () => 'none');
  if (old === undefined) return fresh;
  return [
    ...fresh,
    { ...old, role: 'target', action: plan.oldSourceTargetId === null ? 'remove' : 'none' },
    ...targets,
  ];
}

/** Every place that is left, and the one it is left for. */
function renamed(change: SecretChange, now: Whereabouts): Destination[] {
  const { sourcePath, targets } = planOf(change, 'rename');
  const to = new Map(targets.map((target) => [target.profileId, target.remotePath]));
  return standing(now, () => 'none').flatMap((old): Destination[] => {
    const path = old.role === 'source' ? sourcePath : to.get(old.profile.id);
    if (path === undefined || path === old.remotePath) return [old];
    return [
      { ...old, remotePath: path, isNew: true, action: 'create' },
      { ...old, action: 'remove' },
    ];
  });
}

function predict(target: LedgerTarget, version: number): Action {
  if (target.state === 'paused' || target.state === 'removing' || target.state === 'removed') return 'none';
  const wanted: Wanted = { ...target, desiredVersion: version };
  return actionOf(planTarget(lastSeen(target), wanted));
}

/** What was seen last, as the planner takes it. */
function lastSeen(target: LedgerTarget): Observed {
  const version = target.remoteVersion;
  if (target.state === 'conflict') return { kind: 'present', version: version ?? '', marker: 'other', matches: [] };
  if (target.state === 'drifted') return { kind: 'present', version: `not ${version}`, marker: 'ours', matches: [] };
  if (!target.owned || version === null) return { kind: 'absent' };
  const matches = target.observedVersion === null ? [] : [target.observedVersion];
  return { kind: 'present', version, marker: 'ours', matches };
}

function actionOf(decision: SyncDecision): Action {
  switch (decision.action) {
    case 'record':
    case 'forget':
    case 'leave':
      return 'none';
    default:
      return decision.action;
  }
}
