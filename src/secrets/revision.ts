import type { SecretFields } from '../../adapters/secret-value.ts';
import type { Actor } from '../access/actor.ts';
import { authorize, can } from '../access/permissions.ts';
import type { Change } from '../approvals/change.ts';
import { changeDigest } from '../approvals/change-digest.ts';
import { transition } from '../approvals/change-request.ts';
import { changeEvent, expiryOf, openPayload, payloadPlace } from '../approvals/change-service.ts';
import { findChange, listEditors } from '../approvals/change-store.ts';
import { insertRevision, payloadAuthor, submitChange } from '../approvals/revision-store.ts';
import { assertSatisfiable } from '../approvals/satisfiable-change.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Json } from '../crypto/canonical-json.ts';
import { seal } from '../crypto/seal.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { withGrantedPlan } from '../sync/change-effects.ts';
import { ledgerOf } from '../sync/ledger-store.ts';
import { versionConflict } from './change-opener.ts';
import type { ContentPlan } from './change-plan.ts';
import { conditionFactsOf } from './condition-facts.ts';
import { checkContent } from './content-plan.ts';
import { mentionsValue } from './evidence/mention.ts';
import type { OperationTools } from './operations/operation.ts';
import { parseCanonicalBytes } from './payload/canonical-bytes.ts';
import { rebasedPlan } from './rebased-plan.ts';
import { asSecretChange, type SecretChange } from './secret-change.ts';
import { findSecretContext, type SecretContext } from './secret-store.ts';
import { RIGHT_FOR, secretSubject } from './secret-subject.ts';
import { assertMayKeep } from './system-owned.ts';

/** What a revision may replace. A change that carries content and has ended needs it again: it was erased. */
export interface ChangeEdit {
  readonly fields?: SecretFields;
  readonly versionDescription?: string | undefined;
  readonly comment?: string | undefined;
  /** The revision that was looked at: the edit is for no other. */
  readonly expectedRevision?: number | undefined;
}

export interface RevisionDeps {
  readonly tools: OperationTools;
  readonly defaultExpiryHours: number;
}

/** The change and its secret, both locked, if this actor may do this to it in the state it is in. */
export async function lockForRevision(
  tx: Sql,
  actor: Actor,
  changeId: string,
  event: 'edit' | 'rebase' | 'retry' | 'submit',
): Promise<{ change: SecretChange; context: SecretContext }> {
  const found = await findChange(tx, actor.organizationId, changeId, 'lock');
  if (found === undefined) throw notFound('change request');
  const change = asSecretChange(found);
  authorize(actor, RIGHT_FOR[change.operation], change);
  transition(change.state, event);
  const context = await findSecretContext(tx, change.organizationId, { id: change.secretId });
  if (context === undefined) throw new Error('the secret of a change is gone');
  assertMayKeep(actor, context.secret);
  if (context.secret.state === 'destroyed') {
    throw new AppError('invalid_transition', 'The secret is destroyed.', { facts: { state: 'destroyed' } });
  }
  return { change, context };
}

/**
 * Makes a new revision on the secret and the profiles as they are now. Votes of earlier ones no longer count, and whoever
 * wrote it may not decide. `rebase` is the same for a change that ended as a conflict: it is opened again. Throws
 * `revision_conflict` unless `expectedRevision` holds.
 */
export async function reviseIn(
  deps: RevisionDeps,
  tx: Sql,
  actor: Actor,
  changeId: string,
  edit: ChangeEdit,
  event: 'edit' | 'rebase',
): Promise<Change> {
  const { keyring } = deps.tools;
  const { change, context } = await lockForRevision(tx, actor, changeId, event);
  if (edit.expectedRevision !== undefined && edit.expectedRevision !== change.revision) {
    throw new AppError('revision_conflict', 'The change request was edited meanwhile.', {
      facts: { currentRevision: change.revision },
    });
  }
  const content = await contentOf(deps, tx, actor, change, context, edit);
  if (change.state === 'pending_approval') await secretSubject.released(tx, change);
  const plan = await rebasedPlan(tx, change, context);
  const rebased: SecretChange = {
    ...change,
    revision: change.revision + 1,
    baseVersion: context.secret.headVersion,
    profileId: context.profile.id,
    profileRevision: context.profile.revision,
    plan: content === undefined ? plan : ({ ...(plan as object), content: content.plan } as unknown as Json),
  };
  if (change.state !== 'draft') await secretSubject.reopened(tx, rebased);
  const policies = await secretSubject.policies(tx, rebased);
  const agreed = { ...rebased, policies };
  const next = { ...agreed, plan: withGrantedPlan(agreed, await ledgerOf(tx, change.secretId)) };
  if (change.state !== 'draft') {
    await assertSatisfiable(tx, next, [...(await listEditors(tx, change.id)), actor.personId]);
  }
  const after = await insertRevision(tx, change.id, actor, {
    ...next,
    state: change.state === 'draft' ? 'draft' : policies.length === 0 ? 'approved' : 'pending_approval',
    sealedPayload: content === undefined ? null : seal(keyring, payloadPlace(next), content.canonical),
    digest: changeDigest(keyring, next, content?.canonical),
    comment: edit.comment ?? change.comment,
    expiresInHours: expiryOf(policies, deps.defaultExpiryHours),
    wrotePayload: edit.fields !== undefined,
  });
  await appendAudit(tx, keyring, actor, [changeEvent(event === 'edit' ? 'change.edited' : 'change.rebased', after)]);
  return after;
}

/** The revision's payload and what may be known of it; undefined when the change carries none. */
async function contentOf(
  { tools: { keyring } }: RevisionDeps,
  tx: Sql,
  actor: Actor,
  change: SecretChange,
  context: SecretContext,
  edit: ChangeEdit,
) {
  const planned = (change.plan as unknown as { content?: ContentPlan | null }).content;
  // What lies in the vault is pinned and there is nothing to give: whether a guess equals it would show in the outcome.
  if (planned == null || change.operation === 'import' || change.operation === 'accept_source') {
    if (edit.fields === undefined) return undefined;
    throw invalidField('/payload', 'no payload: this change carries none');
  }
  const description = edit.versionDescription ?? planned.description;
  if (edit.fields !== undefined) {
    if (change.operation === 'rollback') throw invalidField('/payload', 'no payload: a rollback brings its own');
    const texts = { '/versionDescription': edit.versionDescription, '/comment': edit.comment };
    const { lifetime } = planned;
    const author = { gave: true, reads: can(actor, 'secret.read_value', context.secret) };
    return checkContent(keyring, context.secret, edit.fields, {
      uses: context.uses,
      description,
      lifetime,
      texts,
      author,
    });
  }
  const canonical = openPayload(keyring, change);
  if (canonical !== undefined) {
    await assertOpenTexts(tx, actor, change, canonical, edit);
    return { canonical, plan: { ...planned, description } };
  }
  if (change.operation === 'rollback') {
    throw new AppError('invalid_transition', 'The content was erased when the change ended: ask for a new rollback.', {
      facts: { state: change.state },
    });
  }
  throw invalidField('/payload', 'the payload again: it was erased when the change ended');
}

/** What is said anew about a payload that stays must not show it; whoever did not give it learns nothing about weak values. */
async function assertOpenTexts(tx: Sql, actor: Actor, change: SecretChange, canonical: Buffer, edit: ChangeEdit) {
  const fields = parseCanonicalBytes(canonical);
  const least = (await payloadAuthor(tx, change.id)) === actor.personId ? 'low' : 'fair';
  for (const name of ['comment', 'versionDescription'] as const) {
    if (mentionsValue(edit[name] ?? '', fields, least)) throw invalidField(`/${name}`, 'no value of the payload');
  }
}

/**
 * A draft becomes a request: from here on it holds its secret and its places and waits for those whom the policies of now
 * ask. Only who wrote it may. Throws `version_conflict` when the secret has moved on: rebase it first.
 */
export async function submitIn(deps: RevisionDeps, tx: Sql, actor: Actor, changeId: string): Promise<Change> {
  const { keyring } = deps.tools;
  const { change, context } = await lockForRevision(tx, actor, changeId, 'submit');
  const editors = await listEditors(tx, change.id);
  if (!editors.includes(actor.personId)) {
    throw new AppError('not_eligible', 'Only somebody who wrote a draft submits it.', {
      facts: { reason: 'not_an_author' },
    });
  }
  if (context.secret.headVersion !== change.baseVersion) throw versionConflict(context.secret.headVersion);
  await secretSubject.reopened(tx, change);
  const policies = await secretSubject.policies(tx, change);
  const asked = { ...change, policies };
  const next = { ...asked, plan: withGrantedPlan(asked, await ledgerOf(tx, change.secretId)) };
  await assertSatisfiable(tx, next, editors);
  const after = await submitChange(tx, change.id, {
    state: policies.length === 0 ? 'approved' : 'pending_approval',
    policies,
    plan: next.plan,
    conditionFacts: conditionFactsOf(context.secret, change.plan),
    digest: changeDigest(keyring, next, openPayload(keyring, change)),
    expiresInHours: expiryOf(policies, deps.defaultExpiryHours),
  });
  const opened = changeEvent('change.opened', after, { baseVersion: after.baseVersion });
  const byPolicy = changeEvent('change.approved_by_policy', after);
  await appendAudit(tx, keyring, actor, after.state === 'approved' ? [opened, byPolicy] : [opened]);
  return after;
}
