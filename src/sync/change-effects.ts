import type { Json } from '../crypto/canonical-json.ts';
import { planOf, type TargetPlan } from '../secrets/change-plan.ts';
import type { SecretChange } from '../secrets/secret-change.ts';
import {
  comparePlans,
  type LedgerTarget,
  type PlanDifference,
  type PlannedTarget,
  planDigest,
  planTargets,
} from './target-plan.ts';

/** The plan a waiting change carries: what reviewers are shown and what their grant is for. */
export interface GrantedPlan {
  readonly digest: string;
  readonly targets: readonly PlannedTarget[];
}

/** What planning a change needs of it. */
export type PlannedChange = Pick<SecretChange, 'operation' | 'baseVersion' | 'plan' | 'profileId'>;

/** The part of a change's plan that holds the {@link GrantedPlan}. */
const MEMBER = 'sync';

/**
 * What a change means for every target of its secret, from the ledger alone and with the rules that decide in earnest. Two
 * things are left out on purpose, because they come and go without anybody deciding anything: work that is under way (it is
 * taken to arrive) and pauses (it is taken to go on).
 */
export function planChange(change: PlannedChange, targets: readonly LedgerTarget[]): GrantedPlan {
  const concerned = targets.filter((target) => !isGoing(target) || comesBack(change, target));
  const settled = concerned.map(settle);
  const lines = [...linesOf(change, settled)].sort((a, b) => (a.targetId < b.targetId ? -1 : 1));
  return { digest: planDigest(lines), targets: lines };
}

/** The change's plan with what it means for the targets, as it is now; without that when nobody has to agree. */
export function withGrantedPlan(
  change: PlannedChange & Pick<SecretChange, 'policies'>,
  targets: readonly LedgerTarget[],
): Json {
  const { [MEMBER]: earlier, ...plan } = change.plan as Readonly<Record<string, Json>>;
  if (change.policies.length === 0) return plan;
  return { ...plan, [MEMBER]: JSON.parse(JSON.stringify(planChange(change, targets))) as Json };
}

/** What the grant is for; undefined for a change that nobody had to agree to. */
export function grantedPlanOf(change: Pick<SecretChange, 'plan'>): GrantedPlan | undefined {
  return (change.plan as unknown as { readonly [MEMBER]?: GrantedPlan })[MEMBER];
}

/** Where the change would no longer do what its grant is for; empty when it still would. */
export function movedEffects(
  change: PlannedChange,
  targets: readonly LedgerTarget[],
): { readonly now: GrantedPlan; readonly difference: readonly PlanDifference[] } {
  const now = planChange(change, targets);
  const granted = grantedPlanOf(change);
  if (granted === undefined || granted.digest === now.digest) return { now, difference: [] };
  return { now, difference: comparePlans(granted.targets, now.targets) };
}

const isGoing = ({ state }: LedgerTarget) => state === 'removing' || state === 'removed';

/** A copy that went with its secret and comes back with it. */
const comesBack = ({ operation }: PlannedChange, { onRemove }: LedgerTarget) =>
  operation === 'restore' && onRemove === 'delete-until-restore';

/** As if what is under way had arrived. */
function settle(target: LedgerTarget): LedgerTarget {
  const { desiredVersion, state } = target;
  const stuck = state === 'conflict' || state === 'drifted' || target.code?.endsWith('_left') === true;
  if (stuck || isGoing(target)) return target;
  const resumed: LedgerTarget = { ...target, state: 'synced', code: null };
  if (desiredVersion === null) return resumed;
  return { ...resumed, owned: true, observedVersion: desiredVersion, remoteVersion: 'settled' };
}

function linesOf(change: PlannedChange, targets: readonly LedgerTarget[]): PlannedTarget[] {
  const wantAll = (version: number | null) => targets.map((target) => planned(target, version));
  const untouched = (code: string | null = null) => targets.map((target) => skipped(target, code));
  const atOne = (id: string, line: (target: LedgerTarget) => PlannedTarget) =>
    targets.map((target) => (target.id === id ? line(target) : skipped(target, null)));
  const { operation } = change as { operation: SecretChange['operation'] };
  const full = change as SecretChange;
  switch (operation) {
    case 'create':
      return planOf(full, 'create').targets.map((target) => fresh(target, planOf(full, 'create').content !== null));
    case 'update':
    case 'rollback':
      return wantAll(change.baseVersion + 1);
    case 'restore':
      return targets.map((target) =>
        planned(
          isGoing(target) ? { ...target, state: 'synced', code: null, owned: false } : target,
          change.baseVersion,
        ),
      );
    case 'delete':
    case 'destroy':
      return planOf(full, operation).copies === 'delete' ? wantAll(null) : untouched('copy_kept');
    case 'add_target':
      return [...untouched(), fresh(planOf(full, 'add_target').target, change.baseVersion > 0)];
    case 'remove_target': {
      const { targetId, copy } = planOf(full, 'remove_target');
      return atOne(targetId, (target) => (copy === 'delete' ? planned(target, null) : skipped(target, 'copy_kept')));
    }
    case 'resolve_target': {
      const { targetId, way } = planOf(full, 'resolve_target');
      return atOne(targetId, (target) => resolved(target, way));
    }
    case 'rename': {
      const moves = new Map(planOf(full, 'rename').targets.map((target) => [target.targetId, target]));
      return targets.map((target) => renamed(target, moves.get(target.id)?.remotePath));
    }
    case 'change_source':
      return [...untouched(), ...oldSource(full)];
    default:
      return untouched();
  }
}

function planned(target: LedgerTarget, desiredVersion: number | null): PlannedTarget {
  const state = desiredVersion === null ? 'removing' : target.state;
  return plannedAlone({ ...target, state, desiredVersion, version: { state: 'enabled' }, ...lookOf(target) });
}

/** What stands at the destination is judged by the state before the change, which the change itself replaces. */
function lookOf(target: LedgerTarget): Partial<LedgerTarget> {
  if (target.state === 'conflict') return { code: 'foreign_left', onConflict: target.onConflict };
  return target.state === 'drifted' ? { code: 'change_left' } : {};
}

function resolved(target: LedgerTarget, way: 'adopt' | 'overwrite' | 'leave'): PlannedTarget {
  if (way === 'leave') return skipped(target, 'left');
  const action = way === 'adopt' ? 'adopt' : 'update';
  return { ...skipped(target, null), action, version: target.desiredVersion };
}

function fresh({ targetId: id, profileId, remotePath, onConflict }: TargetPlan, hasVersion: boolean): PlannedTarget {
  const line = { targetId: id, profileId, remotePath, version: hasVersion ? 1 : null };
  return hasVersion
    ? { ...line, action: 'create', code: onConflict === 'fail' ? null : `else_${onConflict}` }
    : { ...line, action: 'skip', code: 'no_version' };
}

/** The source that is left behind: its copy goes, or becomes a target's. */
function oldSource(change: SecretChange): PlannedTarget[] {
  const { oldSourceTargetId } = planOf(change, 'change_source');
  const line = { targetId: oldSourceTargetId ?? change.profileId, profileId: change.profileId, remotePath: '' };
  return [
    oldSourceTargetId === null
      ? { ...line, action: 'delete', code: null, version: null }
      : { ...line, action: 'skip', code: 'copy_kept', version: change.baseVersion },
  ];
}

/** Made at its new name. */
function renamed(target: LedgerTarget, remotePath: string | undefined): PlannedTarget {
  const line = skipped(target, null);
  if (remotePath === undefined) return line;
  return { ...line, remotePath, ...(target.desiredVersion === null ? {} : { action: 'create' }) };
}

function skipped(target: LedgerTarget, code: string | null): PlannedTarget {
  const { id: targetId, profileId, remotePath, desiredVersion: version } = target;
  return { targetId, profileId, remotePath, action: 'skip', code, version };
}

/** Alone with its change: no pause, no fuse, a source that answers. */
function plannedAlone(target: LedgerTarget): PlannedTarget {
  const open = { closed: null, deletesLeft: 1 } as const;
  const [line] = planTargets([{ target, sight: { basis: 'ledger' }, source: { code: null }, policy: open }]);
  return line ?? skipped(target, null);
}
