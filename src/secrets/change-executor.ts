import type { SecretFields } from '../../adapters/secret-value.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Change } from '../approvals/change.ts';
import { type ChangeService, changeEvent, requesterSubject } from '../approvals/change-service.ts';
import type { ChangeEnd } from '../approvals/change-store.ts';
import { appendAuditAndCommit, lockAuditHead } from '../audit/audit-log.ts';
import { affectedEvents } from '../consumers/in-use.ts';
import { type Db, isUniqueViolation, type Sql, together } from '../db.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import { isPermanent } from '../vaults/vault-failure.ts';
import { affecting } from './affecting.ts';
import { lockTargets } from './lock-targets.ts';
import { holdsLease } from './operations/holds-lease.ts';
import type { Applied, OperationTools, Run } from './operations/operation.ts';
import { OPERATIONS, RECORD_ONLY } from './operations/operations.ts';
import { pushDelay } from './retry-delay.ts';
import { asSecretChange } from './secret-change.ts';
import { findSecretContext, type SecretContext } from './secret-store.ts';

export interface ChangeExecutorDeps {
  readonly db: Db;
  readonly changes: ChangeService;
  readonly tools: OperationTools;
  readonly doorbell: Doorbell;
}

/** How an execution came out. */
export type Outcome =
  | { readonly kind: 'applied'; readonly change: Change }
  | { readonly kind: 'ended'; readonly state: ChangeEnd['state']; readonly code: string; readonly error?: VaultError }
  /** Not known yet, or to be tried again: somebody goes on with it by itself. */
  | { readonly kind: 'open' };

export type ChangeExecutor = ReturnType<typeof createChangeExecutor>;

/** Carries out granted changes: the vault first, then one transaction that ends the change and everything it means. */
export function createChangeExecutor(deps: ChangeExecutorDeps) {
  const { db, changes, tools } = deps;

  const commit = async (run: Run, apply: (tx: Sql) => Promise<Applied>): Promise<Outcome> => {
    const { change } = run;
    await tools.failpoint('write.before-finish');
    const { applied, ended } = await db.transaction(async (tx) => {
      const [, done] = await together(lockTargets(tx, change.secretId), apply(tx));
      const end: ChangeEnd =
        done.resultVersion === undefined
          ? { state: 'applied' }
          : { state: 'applied', resultVersion: done.resultVersion };
      const [ended, told, head] = await together(
        changes.end(tx, change, end, change.leaseToken),
        affectedEvents(tx, change.secretId, affecting(change, done.resultVersion)),
        lockAuditHead(tx, change.organizationId),
      );
      if (ended === undefined) throw new LostLease();
      await appendAuditAndCommit(tx, tools.keyring, requesterSubject(change), head, [
        changeEvent('change.applied', change, { version: done.resultVersion }),
        ...(done.events ?? []),
        ...told,
      ]);
      return { applied: done, ended };
    });
    await tools.failpoint('write.after-finish');
    if (applied.fields !== undefined && applied.resultVersion !== undefined) {
      tools.values.put(change.secretId, applied.resultVersion, applied.fields);
    }
    deps.doorbell.ring(...applied.wake.map((profileId) => ({ name: 'sync-profile', data: { profileId } }) as const));
    return { kind: 'applied', change: ended };
  };

  /**
   * What a failed vault call means for the change. A clear refusal ends it; what may succeed later waits, unless somebody
   * stands at the door for the answer and nothing can have happened; what may have happened is looked up.
   */
  const settle = async (run: Run, error: VaultError, patient: boolean): Promise<Outcome> => {
    const { change } = run;
    const ends = (state: 'failed' | 'conflict', code: string) => async (): Promise<Outcome> => {
      const ours = await changes.endWithoutEffect(change, { state, code });
      return ours ? { kind: 'ended', state, code, error } : { kind: 'open' };
    };
    if (!error.maybeApplied) {
      if (error.code === 'version_conflict' && !mayBeOurs(run, error)) return ends('conflict', 'vault_conflict')();
      if (error.code === 'not_found') return ends('conflict', 'source_missing')();
      if (isPermanent(error.code) && !isBlind(run, error)) return ends('failed', error.code)();
      if (!patient && !run.recovering) return ends('failed', error.code)();
    }
    await changes.postpone(change, {
      state: error.maybeApplied || run.recovering ? 'indeterminate' : 'executing',
      code: error.code,
      afterMs: pushDelay(change.attempts, error.retryAfterMs),
    });
    return { kind: 'open' };
  };

  /** No call begins through a disabled profile, not even to look. */
  const rest = async ({ change }: Run): Promise<Outcome> => {
    await changes.postpone(change, { state: 'indeterminate', code: 'profile_disabled', afterMs: DISABLED_REST_MS });
    return { kind: 'open' };
  };

  /** Somebody else took the name while a rename was at the vault. */
  const nameTaken = async ({ change }: Run): Promise<Outcome> => {
    const ours = await changes.endWithoutEffect(change, { state: 'conflict', code: 'name_taken' });
    return ours ? { kind: 'ended', state: 'conflict', code: 'name_taken' } : { kind: 'open' };
  };

  const attempt = async (run: Run): Promise<Outcome> => {
    const apply = await OPERATIONS[run.change.operation](tools, run);
    return commit(run, apply);
  };

  return {
    /**
     * Runs a granted change whose lease the caller holds. `patient`: nobody waits for the answer, so what cannot be done now
     * is done later. `found`: the secret as it was when the change was opened a moment ago; `since`: `performance.now()` before
     * that. An unclear answer of the vault is
     * looked up once right away before it is left to the reconciler.
     */
    async execute(
      granted: Change,
      options: {
        readonly recovering: boolean;
        readonly patient: boolean;
        readonly fields?: SecretFields;
        readonly found?: SecretContext;
        readonly since?: number;
      },
    ): Promise<Outcome> {
      const change = asSecretChange(granted);
      const context = options.found ?? (await findSecretContext(db, change.organizationId, { id: change.secretId }));
      if (context === undefined) throw new Error('the secret of a change is gone');
      const { recovering, fields, since } = options;
      let run: Run = { change, context, recovering, ...given({ fields, since }) };
      if (run.recovering && !context.profile.enabled && !RECORD_ONLY.includes(change.operation)) return rest(run);
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(run);
        } catch (error) {
          if (error instanceof LostLease) return { kind: 'open' };
          if (isUniqueViolation(error, 'secrets_live_name')) return nameTaken(run);
          if (!(error instanceof VaultError)) {
            // What failed may have failed because somebody else has done it.
            if (await holdsLease(tools, run)) throw error;
            return { kind: 'open' };
          }
          if (tries === MOST_TRIES || !mayBeOurs(run, error)) return settle(run, error, options.patient);
          run = { ...run, recovering: true };
        }
      }
    },
  };
}

const MOST_TRIES = 3;
const DISABLED_REST_MS = 5_000;

/**
 * Worth another look at once: our write may be there. A conflict met while repeating a write is one of these, because the
 * earlier one may have arrived after we looked for it.
 */
function mayBeOurs(run: Run, error: VaultError): boolean {
  return run.recovering ? error.code === 'version_conflict' && error.operation === 'write' : error.maybeApplied;
}

/** We could not look for an earlier write of ours, so nothing can be said of it, however clear the refusal to look was. */
function isBlind(run: Run, error: VaultError): boolean {
  return run.recovering && error.operation === 'read';
}

/** Somebody else took the change over while we were at the vault; nothing of ours may be committed. */
class LostLease extends Error {
  override readonly name = 'LostLease';
}

function given({ fields, since }: { fields?: SecretFields | undefined; since?: number | undefined }) {
  return { ...(fields !== undefined && { fields }), ...(since !== undefined && { since }) };
}
