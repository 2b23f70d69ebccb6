import type { Actor } from '../access/actor.ts';
import { authorize, authorizeAnywhere, projectsWith } from '../access/permissions.ts';
import { decodeCursor, pageOf } from '../api/lists.ts';
import { isOpen } from '../approvals/change-request.ts';
import { scopeOf } from '../approvals/change-scope.ts';
import { findChange } from '../approvals/change-store.ts';
import { notFound } from '../errors.ts';
import { isSecretChange } from '../secrets/secret-change.ts';
import { type GrantedPlan, grantedPlanOf, movedEffects } from './change-effects.ts';
import { findDeletesLeft } from './delete-fuse-store.ts';
import { findPlanDifference, ledgerOf } from './ledger-store.ts';
import { observeTargets, type PlanObserverDeps } from './plan-observer.ts';
import { findPlanned, listPlanRows, type PlanRow, type PlanScope } from './plan-store.ts';
import {
  idleReason,
  type LedgerTarget,
  type PlanDifference,
  type PlannedTarget,
  type PlanPolicy,
  planDigest,
  planTargets,
  type Sight,
} from './target-plan.ts';
import type { TargetState } from './target-state.ts';

/** How a plan is asked for. */
export interface PlanQuery {
  readonly limit: number;
  readonly cursor: string | undefined;
  /** Look at the vaults; otherwise the ledger alone is asked. */
  readonly observe: boolean;
}

/** One target with what will be done about it. */
export interface PlanLine extends PlannedTarget {
  readonly secretId: string;
  readonly secretName: string;
  readonly profileName: string;
  readonly basis: Sight['basis'];
}

/** A page of a plan. Its digest covers the decisions of this page. */
export interface SyncPlan {
  readonly digest: string;
  readonly items: readonly PlanLine[];
  readonly nextCursor: string | null;
}

/** What a change was granted for and what it would do now. */
export interface ChangeSyncPlan {
  /** Null: nobody had to agree to it. */
  readonly granted: GrantedPlan | null;
  /** Null once it has ended. */
  readonly now: GrantedPlan | null;
  /** Where both part; of an ended change: why it stopped. */
  readonly difference: readonly PlanDifference[];
  /** How far every target of the secret is by now: after a restore, which copies are back. */
  readonly targets: readonly TargetProgress[];
}

/** A target as it stands. */
export interface TargetProgress {
  readonly targetId: string;
  readonly profileId: string;
  readonly state: TargetState;
  readonly code: string | null;
  readonly desiredVersion: number | null;
  readonly observedVersion: number | null;
  /** What is wanted there is proved to be there, or to be gone. */
  readonly arrived: boolean;
}

/** Each look is a call to a vault: a page that looks holds no more. */
const MOST_OBSERVED = 50;

export type PlanReader = ReturnType<typeof createPlanReader>;

/**
 * Says what a run would do, and does nothing. Seeing a plan needs `secret.list`; looking at the vaults for it needs
 * `secret.sync`.
 */
export function createPlanReader(deps: PlanObserverDeps) {
  const { db } = deps;

  const planFor = async (actor: Actor, scope: PlanScope, query: PlanQuery, signal: AbortSignal): Promise<SyncPlan> => {
    const after = decodeCursor(query.cursor, 'plan')?.id;
    const limit = query.observe ? Math.min(query.limit, MOST_OBSERVED) : query.limit;
    const rows = await listPlanRows(db, actor.organizationId, scope, after, limit + 1);
    const { items, nextCursor } = pageOf(rows, limit, (last) => ({ sort: 'plan', id: last.id }));
    const left = await findDeletesLeft(db, [...new Set(items.map((row) => row.profileId))]);
    const policyOf = (row: PlanRow): PlanPolicy => ({
      closed: closedCode(row),
      deletesLeft: left.get(row.profileId) ?? 0,
    });
    const looked = query.observe
      ? await observeTargets(
          deps,
          items.filter((row) => idleReason(row, policyOf(row)) === undefined),
          signal,
        )
      : new Map<string, Sight>();
    const sightOf = (row: PlanRow): Sight => looked.get(row.id) ?? { basis: 'ledger' };
    const planned = planTargets(
      items.map((row) => ({
        target: row,
        sight: sightOf(row),
        source: { code: row.sourceCode },
        policy: policyOf(row),
      })),
    );
    const lines = items.map((row, index) => lineOf(row, planned[index] as PlannedTarget, sightOf(row)));
    return { digest: planDigest(planned), items: lines, nextCursor };
  };

  const inProject = async (actor: Actor, what: 'secret' | 'project', name: string, { observe }: PlanQuery) => {
    const found = await findPlanned(db, actor.organizationId, what, name);
    if (found?.projectId == null) throw notFound(what);
    authorize(actor, 'secret.list', found.projectId);
    if (observe) authorize(actor, 'secret.sync', found.projectId);
    return found.id;
  };

  return {
    async secret(actor: Actor, secretId: string, query: PlanQuery, signal: AbortSignal): Promise<SyncPlan> {
      const id = await inProject(actor, 'secret', secretId, query);
      return planFor(actor, { secretId: id, within: 'all' }, query, signal);
    },

    /** `project` is an id or a slug. */
    async project(actor: Actor, project: string, query: PlanQuery, signal: AbortSignal): Promise<SyncPlan> {
      const id = await inProject(actor, 'project', project, query);
      return planFor(actor, { projectId: id, within: 'all' }, query, signal);
    },

    /** Targets of secrets in projects where the actor holds the right. */
    async profile(actor: Actor, profileId: string, query: PlanQuery, signal: AbortSignal): Promise<SyncPlan> {
      const right = query.observe ? 'secret.sync' : 'secret.list';
      authorizeAnywhere(actor, 'vault.read');
      authorizeAnywhere(actor, right);
      const found = await findPlanned(db, actor.organizationId, 'profile', profileId);
      if (found === undefined) throw notFound('vault profile');
      return planFor(actor, { profileId, within: projectsWith(actor, right) }, query, signal);
    },

    /** What reviewers of a change were shown to happen at every target, and whether it would still. */
    async change(actor: Actor, changeId: string): Promise<ChangeSyncPlan> {
      const change = await findChange(db, actor.organizationId, changeId);
      if (change === undefined) throw notFound('change request');
      authorize(actor, 'change.read', scopeOf(change));
      if (!isSecretChange(change)) return { granted: null, now: null, difference: [], targets: [] };
      const granted = grantedPlanOf(change) ?? null;
      const ledger = await ledgerOf(db, change.secretId);
      const targets = ledger.map(progressOf);
      if (!isOpen(change.state)) {
        return { granted, now: null, difference: (await findPlanDifference(db, changeId)) ?? [], targets };
      }
      return { granted, ...movedEffects(change, ledger), targets };
    },
  };
}

function progressOf(target: LedgerTarget): TargetProgress {
  const { id: targetId, profileId, state, code, desiredVersion, observedVersion } = target;
  const arrived =
    desiredVersion === null ? state === 'removed' : observedVersion === desiredVersion && state === 'synced';
  return { targetId, profileId, state, code, desiredVersion, observedVersion, arrived };
}

function closedCode({ profile, pauseCode }: PlanRow): string | null {
  if (!profile.enabled) return 'profile_disabled';
  return profile.credentialState === 'refused' ? 'credential_refused' : pauseCode;
}

function lineOf(row: PlanRow, planned: PlannedTarget, sight: Sight): PlanLine {
  const { secretId, secretName, profile } = row;
  return { ...planned, secretId, secretName, profileName: profile.name, basis: sight.basis };
}
