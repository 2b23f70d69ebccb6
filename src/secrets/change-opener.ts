import type { SecretFields } from '../../adapters/secret-value.ts';
import { type Actor, actorRef } from '../access/actor.ts';
import { claimIdempotent, findIdempotent, type IdempotentRequest, storeAnswer } from '../api/idempotency.ts';
import type { Change } from '../approvals/change.ts';
import type { SecretOperation } from '../approvals/change-operation.ts';
import { type ChangeService, changeEvent } from '../approvals/change-service.ts';
import { findChange } from '../approvals/change-store.ts';
import type { AuditEventInput } from '../audit/audit-event.ts';
import { appendAuditAndCommit, lockAuditHead } from '../audit/audit-log.ts';
import { affectedEvents } from '../consumers/in-use.ts';
import { type Db, type Sql, type Transaction, together } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import { assertRoomForSecret } from '../projects/quota-store.ts';
import { withGrantedPlan } from '../sync/change-effects.ts';
import { ledgerOf } from '../sync/ledger-store.ts';
import { affecting } from './affecting.ts';
import type { ChangeExecutor } from './change-executor.ts';
import { lockTargets } from './lock-targets.ts';
import type { OperationTools } from './operations/operation.ts';
import { OPERATIONS, RECORD_ONLY } from './operations/operations.ts';
import { keepProfiles } from './place-store.ts';
import type { Secret } from './secret.ts';
import { asSecretChange, type SecretChange, type SecretChangeDraft } from './secret-change.ts';
import { findSecretContext, type SecretContext } from './secret-store.ts';

export interface ChangeOpenerDeps {
  readonly db: Db;
  readonly changes: ChangeService;
  readonly executor: ChangeExecutor;
  readonly tools: OperationTools;
  readonly doorbell: Doorbell;
  /** Throws `backlog_full` while the organization has too much to carry already. */
  readonly assertRoom: (organizationId: string) => Promise<void>;
}

/** The content is what this version already holds: nothing was done. */
export interface Unchanged {
  readonly kind: 'unchanged';
  readonly projectId: string;
  readonly customerId: string | null;
  readonly secretId: string;
  readonly version: number;
}

export function isUnchanged(result: Change | Unchanged): result is Unchanged {
  return 'kind' in result;
}

/** What a use case asks to be done. */
export interface Proposal {
  readonly draft: SecretChangeDraft;
  readonly fields?: SecretFields;
  readonly idempotency: IdempotentRequest | undefined;
  /** The secret as the use case looked at it: locked, and refused when it is that no more. Absent for a new one. */
  readonly found?: SecretContext;
  /** Nobody waits for the answer: what cannot be done now is done later. */
  readonly patient?: boolean;
  /** Runs before the change is recorded, in its transaction: further checks, claims. */
  readonly prepare?: (tx: Sql) => Promise<void>;
}

export type ChangeOpener = ReturnType<typeof createChangeOpener>;

/** The one door: opens a change request for a mutation and, when nobody needs to agree, carries it out at once. */
export function createChangeOpener(deps: ChangeOpenerDeps) {
  const { db, changes, executor, tools, doorbell } = deps;

  /** An ungoverned change that calls no vault takes effect in the transaction that records it. */
  const applyNow = async (tx: Sql, change: SecretChange): Promise<Opened> => {
    const context = await findSecretContext(tx, change.organizationId, { id: change.secretId });
    if (context === undefined) throw new Error('the secret of a change is gone');
    const apply = await OPERATIONS[change.operation](tools, { change, context, recovering: false });
    const [, applied] = await together(lockTargets(tx, change.secretId), apply(tx));
    const ended = await changes.end(tx, change, { state: 'applied' }, change.leaseToken);
    if (ended === undefined) throw new Error('change was taken over');
    const told = await affectedEvents(tx, change.secretId, affecting(change));
    return { change: ended, wake: applied.wake, told };
  };

  const openIn = async (tx: Transaction, actor: Actor, proposal: Proposal): Promise<Opened> => {
    const { idempotency, found, prepare } = proposal;
    let { draft } = proposal;
    if (idempotency && !(await claimIdempotent(tx, tools.keyring, actor, idempotency, draft.id))) throw new KeyTaken();
    const locked = found === undefined ? Promise.resolve() : lockUnchanged(tx, found);
    if (prepare !== undefined) {
      await locked;
      await prepare(tx);
    }
    const record = RECORD_ONLY.includes(draft.operation);
    if (draft.policies.length > 0) {
      await locked;
      draft = { ...draft, plan: withGrantedPlan(draft, await ledgerOf(tx, draft.secretId)) };
    }
    const opening = changes.open(tx, actor, draft);
    if (draft.asDraft !== true && draft.policies.length === 0 && !record) {
      const [, change, head] = await together(locked, opening, lockAuditHead(tx, draft.organizationId));
      await appendAuditAndCommit(tx, tools.keyring, actor, head, changes.openedEvents(change));
      return { change, wake: [] };
    }
    const [, change] = await together(locked, opening);
    const events = changes.openedEvents(change);
    let opened: Opened = { change, wake: [] };
    if (change.state === 'pending_approval') await markPending(tx, change);
    else if (change.state !== 'draft') {
      opened = await applyNow(tx, asSecretChange(change));
      events.push(changeEvent('change.applied', change), ...(opened.told ?? []));
    }
    const head = await lockAuditHead(tx, draft.organizationId);
    await appendAuditAndCommit(tx, tools.keyring, actor, head, events);
    return opened;
  };

  const stored = async (change: Change): Promise<Change> => {
    const now = await findChange(db, change.organizationId, change.id);
    if (now === undefined) throw new Error('change vanished');
    return now;
  };

  return {
    /**
     * What an earlier request with the same key came to: the change it opened, once its outcome is known or the wait is
     * over, or that there was nothing to do.
     */
    async replay(actor: Actor, idempotency: IdempotentRequest | undefined): Promise<Change | Unchanged | undefined> {
      if (idempotency === undefined) return undefined;
      const record = await findIdempotent(db, tools.keyring, actor, idempotency);
      if (record?.changeId == null) return record?.answer == null ? undefined : (record.answer.body as Unchanged);
      for (let waited = 0; ; waited += REPLAY_STEP_MS) {
        const change = await findChange(db, actor.organizationId, record.changeId);
        if (change === undefined) throw new Error('change vanished');
        if (change.state !== 'executing' || waited >= REPLAY_WAIT_MS) return change;
        await new Promise((resolve) => setTimeout(resolve, REPLAY_STEP_MS));
      }
    },

    /** Keeps that a request found nothing to do, so that its repetition is told the same, whatever happened since. */
    async keepUnchanged(actor: Actor, idempotency: IdempotentRequest | undefined, found: Unchanged): Promise<void> {
      if (idempotency === undefined) return;
      await db.transaction(async (tx) => {
        if (!(await claimIdempotent(tx, tools.keyring, actor, idempotency))) return;
        await storeAnswer(tx, tools.keyring, actor, idempotency.key, { status: 200, body: found });
      });
    },

    /**
     * Opens the change and, unless it waits for approval, carries it out. Answers with the change as it is then: `applied`,
     * waiting, ended without effect, or still open when the vault's answer was unclear.
     */
    async propose(actor: Actor, proposal: Proposal): Promise<Change> {
      if (CARRIED.includes(proposal.draft.operation)) await deps.assertRoom(proposal.draft.organizationId);
      await tools.failpoint('write.before-open');
      const since = performance.now();
      let opened: Opened;
      try {
        opened = await db.transaction((tx) => openIn(tx, actor, proposal));
      } catch (error) {
        if (error instanceof KeyTaken) {
          const earlier = await this.replay(actor, proposal.idempotency);
          if (earlier !== undefined && !isUnchanged(earlier)) return earlier;
        }
        throw await withPointer(db, actor, proposal.draft, error);
      }
      await tools.failpoint('write.after-open');
      const { change, wake } = opened;
      if (change.state === 'pending_approval' || change.state === 'draft') return change;
      if (RECORD_ONLY.includes(proposal.draft.operation)) {
        doorbell.ring(...wake.map((profileId) => ({ name: 'sync-profile', data: { profileId } }) as const));
        return change;
      }
      const { fields, found, patient = false } = proposal;
      const known = { ...(fields && { fields }), ...(found && { found }) };
      const outcome = await executor.execute(change, { recovering: false, patient, since, ...known });
      return outcome.kind === 'applied' ? outcome.change : stored(change);
    },
  };
}

/** A change that was recorded, and the profiles that have something to do if it took effect with that. */
interface Opened {
  readonly change: Change;
  readonly wake: readonly string[];
  /** Who reads the secret is told with that. */
  readonly told?: readonly AuditEventInput[];
}

/** What gives workers more to carry. What takes something away, or settles something, is never held back. */
const CARRIED: readonly SecretOperation[] = ['create', 'update', 'rollback', 'add_target', 'change_source'];

const REPLAY_STEP_MS = 20;
const REPLAY_WAIT_MS = 25_000;

/** A request with the same key committed first. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

/** Shows at the secret that a change of it waits. */
export async function markPending(tx: Sql, change: Change): Promise<void> {
  await tx.query('update secrets set pending_change_id = $2, updated_at = clock_timestamp() where id = $1', [
    change.secretId,
    change.id,
  ]);
}

/** Tells a writer who lost against an open change which one it is and where the secret stands. */
async function withPointer(db: Db, actor: Actor, draft: SecretChangeDraft, error: unknown): Promise<unknown> {
  if (!(error instanceof AppError) || error.code !== 'change_in_progress') return error;
  const [open] = await db.query<{ changeId: string | null; currentVersion: number }>(
    `select s.head_version as "currentVersion", c.id as "changeId" from secrets s
     left join change_requests c on c.secret_id = s.id and c.state in ('pending_approval','approved','executing','indeterminate')
     where s.id = $1::uuid and s.organization_id = $2::uuid`,
    [draft.secretId, actor.organizationId],
  );
  return new AppError('change_in_progress', error.message, {
    facts: { currentVersion: open?.currentVersion ?? 0, changeRequestId: open?.changeId ?? null },
  });
}

/**
 * Locks the secret and its source profile and makes sure that they are still what the use case looked at. The change's promises
 * (base version, place, profile revision, profile enabled) are thereby true when it is recorded. The profile comes first: whoever
 * moves it holds it while he looks for open changes, and then touches its secrets.
 */
export async function lockUnchanged(tx: Sql, { secret, profile }: SecretContext): Promise<void> {
  const [[source], [now]] = await together(
    keepProfiles(tx, [profile.id]),
    tx.query<Pick<Secret, (typeof FIXED)[number] | 'headVersion'>>(
      `select head_version as "headVersion", state, enabled, protected, source_profile_id as "sourceProfileId",
         source_path as "sourcePath" from secrets where id = $1 for update`,
      [secret.id],
    ),
  );
  if (now?.headVersion !== secret.headVersion) throw versionConflict(now?.headVersion ?? 0);
  const sameProfile = source?.revision === profile.revision && source.enabled === profile.enabled;
  if (!sameProfile || FIXED.some((what) => now[what] !== secret[what])) {
    throw new AppError('revision_conflict', 'The secret or its vault profile has just changed; look again.');
  }
}

/** What every use case decides by. */
const FIXED = ['state', 'enabled', 'protected', 'sourceProfileId', 'sourcePath'] as const;

/** Somebody else made a version meanwhile. */
export function versionConflict(currentVersion: number): AppError {
  return new AppError('version_conflict', `The current version is ${currentVersion}.`, { facts: { currentVersion } });
}

/** The secret row of a create, in the transaction that opens it. Throws `quota_exceeded` and a unique violation on `secrets_live_name`. */
export async function insertSecret(
  tx: Sql,
  actor: Actor,
  secret: {
    readonly id: string;
    readonly projectId: string;
    readonly customerId: string | null;
    readonly systemOwner: string | null;
    readonly path: string;
    readonly name: string;
    readonly type: string;
    readonly description: string;
    readonly tags: readonly string[];
    readonly attributes: Readonly<Record<string, string>>;
    readonly sourceProfileId: string;
    readonly sourcePath: string;
    readonly state: 'draft' | 'pending_approval';
  },
): Promise<void> {
  if (secret.state !== 'draft') await assertRoomForSecret(tx, secret.projectId);
  const by = JSON.stringify(actorRef(actor));
  await tx.query(
    `insert into secrets (id, organization_id, project_id, path, name, type, description, tags, attributes, state,
       source_profile_id, source_path, created_by, updated_by, created_at, updated_at, customer_id, system_owner)
     values ($1, $2, $3, $4, $5, $6, $7, $8::text[], $9::jsonb, $13, $10, $11, $12::jsonb, $12::jsonb,
       clock_timestamp(), clock_timestamp(), $14, $15)`,
    [
      secret.id,
      actor.organizationId,
      secret.projectId,
      secret.path,
      secret.name,
      secret.type,
      secret.description,
      secret.tags,
      JSON.stringify(secret.attributes),
      secret.sourceProfileId,
      secret.sourcePath,
      by,
      secret.state,
      secret.customerId,
      secret.systemOwner,
    ],
  );
}
