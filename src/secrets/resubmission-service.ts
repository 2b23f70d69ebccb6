import type { SecretFields } from '../../adapters/secret-value.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import { governs } from '../approvals/approval-policy.ts';
import type { Change } from '../approvals/change.ts';
import { changeDigest } from '../approvals/change-digest.ts';
import { transition } from '../approvals/change-request.ts';
import { changeEvent, changeInProgress, expiryOf, openPayload, payloadPlace } from '../approvals/change-service.ts';
import { findChange, insertRevision, reopenChange } from '../approvals/change-store.ts';
import { policiesOfProfiles } from '../approvals/policy-store.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Json } from '../crypto/canonical-json.ts';
import { fingerprint, fingerprintKeyId } from '../crypto/fingerprint.ts';
import { seal } from '../crypto/seal.ts';
import { type Db, isUniqueViolation, type Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import type { ContentPlan } from './change-plan.ts';
import { checkContent } from './content-plan.ts';
import type { OperationTools } from './operations/operation.ts';
import { canonicalBytes } from './payload/canonical-bytes.ts';
import { findSecretContext, type SecretContext } from './secret-store.ts';
import { RIGHT_FOR, secretSubject } from './secret-subject.ts';

/** What an edit may replace. A change that carries content and was rejected needs it again: it was erased. */
export interface ChangeEdit {
  readonly fields?: SecretFields;
  readonly versionDescription?: string | undefined;
  readonly comment?: string | undefined;
}

export interface ResubmissionServiceDeps {
  readonly db: Db;
  readonly tools: OperationTools;
  readonly doorbell: Doorbell;
  readonly defaultExpiryHours: number;
}

export type ResubmissionService = ReturnType<typeof createResubmissionService>;

/** Second chances of a change request: a new revision, or the same one again after a failure. */
export function createResubmissionService(deps: ResubmissionServiceDeps) {
  const { db, doorbell } = deps;

  const reopening = async (work: () => Promise<Change>): Promise<Change> => {
    let change: Change;
    try {
      change = await work();
    } catch (error) {
      if (isUniqueViolation(error, 'change_requests_one_open')) throw changeInProgress();
      if (isUniqueViolation(error, 'secrets_live_name'))
        throw new AppError('already_exists', 'The name is in use by now.');
      throw error;
    }
    if (change.state === 'approved') doorbell.ring({ name: 'run-change', data: { changeId: change.id } });
    return change;
  };

  return {
    /**
     * Makes a new revision of a waiting or rejected change, based on the secret as it is now. Votes of earlier revisions no
     * longer count, and the editor may not decide.
     */
    edit: (actor: Actor, changeId: string, edit: ChangeEdit): Promise<Change> =>
      reopening(() => db.transaction((tx) => editIn(deps, tx, actor, changeId, edit))),

    /** Runs a failed change again. Its grant is counted anew; its content must be given again, unchanged. */
    retry: (actor: Actor, changeId: string, fields: SecretFields | undefined): Promise<Change> =>
      reopening(() => db.transaction((tx) => retryIn(deps, tx, actor, changeId, fields))),
  };
}

/** The change, locked, if this actor may do this to it in the state it is in. */
async function locked(tx: Sql, actor: Actor, changeId: string, event: 'edit' | 'retry') {
  const change = await findChange(tx, actor.organizationId, changeId, 'lock');
  if (change === undefined) throw notFound('change request');
  authorize(actor, RIGHT_FOR[change.operation], change.projectId);
  transition(change.state, event);
  const context = await findSecretContext(tx, change.organizationId, { id: change.secretId });
  if (context === undefined) throw new Error('the secret of a change is gone');
  return { change, context };
}

async function editIn(
  deps: ResubmissionServiceDeps,
  tx: Sql,
  actor: Actor,
  changeId: string,
  edit: ChangeEdit,
): Promise<Change> {
  const { keyring } = deps.tools;
  const { change, context } = await locked(tx, actor, changeId, 'edit');
  const content = await editedContent(deps, change, context, edit);
  if (change.state === 'rejected') await secretSubject.reopened(tx, change);
  const profiles = secretSubject.policyProfiles(change);
  const policies = (await policiesOfProfiles(tx, change.organizationId, profiles)).filter((policy) =>
    governs(policy, change.operation),
  );
  const next = {
    ...change,
    revision: change.revision + 1,
    baseVersion: context.secret.headVersion,
    profileRevision: context.profile.revision,
    plan:
      content === undefined ? change.plan : ({ ...(change.plan as object), content: content.plan } as unknown as Json),
    policies,
  };
  const after = await insertRevision(tx, change.id, actor, {
    state: policies.length === 0 ? 'approved' : 'pending_approval',
    revision: next.revision,
    baseVersion: next.baseVersion,
    profileRevision: next.profileRevision,
    plan: next.plan,
    sealedPayload: content === undefined ? null : seal(keyring, payloadPlace(next), content.canonical),
    digest: changeDigest(keyring, next, content?.canonical),
    policies,
    comment: edit.comment ?? change.comment,
    expiresInHours: expiryOf(policies, deps.defaultExpiryHours),
  });
  await appendAudit(tx, keyring, actor, [changeEvent('change.edited', after)]);
  return after;
}

/** The revision's payload and what may be known of it; undefined when the change carries none. */
async function editedContent(
  { tools: { keyring } }: ResubmissionServiceDeps,
  change: Change,
  context: SecretContext,
  edit: ChangeEdit,
) {
  const planned = (change.plan as unknown as { content?: ContentPlan | null }).content;
  if (planned == null) {
    if (edit.fields === undefined) return undefined;
    throw invalidField('/payload', 'no payload: this change carries none');
  }
  const description = edit.versionDescription ?? planned.description;
  if (edit.fields !== undefined) {
    return checkContent(keyring, context.secret, edit.fields, { uses: context.uses, description });
  }
  const canonical = openPayload(keyring, change);
  if (canonical === undefined) throw invalidField('/payload', 'the payload again: it was erased when the change ended');
  return { canonical, plan: { ...planned, description } };
}

async function retryIn(
  { tools: { keyring } }: ResubmissionServiceDeps,
  tx: Sql,
  actor: Actor,
  changeId: string,
  fields: SecretFields | undefined,
): Promise<Change> {
  const { change, context } = await locked(tx, actor, changeId, 'retry');
  const planned = (change.plan as unknown as { content?: ContentPlan | null }).content;
  const canonical = fields === undefined ? undefined : canonicalBytes(fields);
  if (planned != null) {
    const same =
      canonical !== undefined &&
      fingerprint(keyring, context.secret, canonical, fingerprintKeyId(planned.fingerprint)) === planned.fingerprint;
    if (!same)
      throw invalidField('/payload', 'the very payload that was approved; it was erased when the change failed');
  } else if (canonical !== undefined) throw invalidField('/payload', 'no payload: this change carries none');
  await secretSubject.reopened(tx, change);
  await reopenChange(tx, change.id, canonical === undefined ? null : seal(keyring, payloadPlace(change), canonical));
  await appendAudit(tx, keyring, actor, [changeEvent('change.retried', change)]);
  return { ...change, state: 'approved', code: null, endedAt: null };
}
