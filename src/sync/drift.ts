import type { VaultVersion } from '../../adapters/adapter.ts';
import type { ActorRef } from '../access/actor.ts';
import type { DriftPolicy } from '../vaults/drift-policy.ts';
import type { SyncDecision } from './sync-plan.ts';

type Undertaken = Exclude<SyncDecision, { action: 'remove' }>;

/** What a profile says about drift. */
export interface DriftSettings {
  readonly policy: DriftPolicy;
  /** Between two looks at a copy that is in step; null: nobody looks by itself. */
  readonly intervalMinutes: number | null;
  /** Over all copies of the profile. */
  readonly looksPerMinute: number;
  /** Who chose the policy and answers for what is proposed. */
  readonly setBy: ActorRef | null;
}

/**
 * `content_changed`: not what we put there. `remote_ahead`: a version of the secret newer than the one that is wanted.
 * `entry_missing`: the entry is gone. `marker_missing`, `labels_changed`: the content is right, our labels are not. A foreign
 * entry in the place of ours is a `conflict`. `missing_since_restore`: nobody knows whether it was ever there.
 */
export type DriftCode =
  | 'content_changed'
  | 'remote_ahead'
  | 'missing_since_restore'
  | 'entry_missing'
  | 'marker_missing'
  | 'labels_changed';

/** What beside the planner's decision says how a copy drifted. */
export interface DriftFacts {
  /** The drift scan looks; the copy was in step or drifted before. */
  readonly scan: boolean;
  readonly policy: DriftPolicy;
  /** The wanted version may be written there: it is enabled, and nobody has to fear that what is there is news. */
  readonly mayRepair: boolean;
  /** `null` when the entry is absent. */
  readonly observed: VaultVersion | null;
  /** It lacks our marker, where it could carry one. */
  readonly unmarked: boolean;
  /** Our labels are not all there as we write them. */
  readonly labelsChanged: boolean;
  readonly compareAndSet: boolean;
}

/** What to do, and what the scan found that is put right by doing it. */
export interface DriftDecision {
  readonly decision: Undertaken;
  readonly repaired: DriftCode | null;
}

/**
 * The planner's decision in the light of the profile's policy. A run that has something to carry decides as ever, except that
 * `repair` writes over what was changed by hand; a scan only ever touches what `repair` allows. What is newer than we know is
 * never written over: the database may have been restored from a backup. Without compare-and-set an older version of ours may
 * be a write that came late, and nobody else can repair that.
 */
export function underPolicy(decision: Undertaken, facts: DriftFacts): DriftDecision {
  const { scan, policy, mayRepair, observed, compareAndSet } = facts;
  const found = driftOf(decision, facts);
  if (found === undefined || UNTOUCHABLE.includes(found)) return { decision, repaired: null };
  const late = decision.action === 'update' && !compareAndSet;
  if (!mayRepair || (policy !== 'repair' && !late)) {
    return scan ? { decision: { action: 'drifted', code: found }, repaired: null } : { decision, repaired: null };
  }
  const repaired = scan ? found : null;
  if (decision.action === 'drifted' && observed !== null) {
    return { decision: { action: 'update', ifVersion: observed, label: false }, repaired };
  }
  return { decision: decision.action === 'record' ? { ...decision, label: true } : decision, repaired };
}

/** What may be news to us: only a person can say. */
const UNTOUCHABLE: readonly DriftCode[] = ['remote_ahead', 'missing_since_restore'];

function driftOf(decision: Undertaken, { scan, unmarked, labelsChanged }: DriftFacts): DriftCode | undefined {
  if (decision.action === 'drifted') return decision.code;
  if (!scan) return undefined;
  switch (decision.action) {
    case 'create':
      return 'entry_missing';
    case 'update':
      return 'content_changed';
    case 'record':
      if (unmarked) return 'marker_missing';
      // Our own marker, late: it names another version than what is there.
      return labelsChanged && !decision.label ? 'labels_changed' : undefined;
    default:
      return undefined;
  }
}

/** When a copy is looked at again, in milliseconds: spread by a tenth, so that copies that were written together part. */
export function nextScanIn(intervalMinutes: number | null, random: () => number = Math.random): number | null {
  return intervalMinutes === null ? null : Math.round(intervalMinutes * 60_000 * (0.9 + random() * 0.2));
}
