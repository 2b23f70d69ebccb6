import type { SecretFields } from '../../adapters/secret-value.ts';
import type { Actor } from '../access/actor.ts';
import { authorize, can } from '../access/permissions.ts';
import { fingerprint, fingerprintKeyId } from '../crypto/fingerprint.ts';
import { notFound } from '../errors.ts';
import { assertRoomForVersion } from '../projects/quota-store.ts';
import { assertAvailable } from './availability.ts';
import type { Proposal, Unchanged } from './change-opener.ts';
import type { ChangePlans, ContentPlan } from './change-plan.ts';
import { checkContent } from './content-plan.ts';
import type { VersionLifetime } from './lifetime.ts';
import type { OperationTools } from './operations/operation.ts';
import { assertChecksums, type Checksums } from './payload/checksum.ts';
import { type MutationOptions, type MutationResult, type Proposals, plannedChange } from './proposals.ts';
import type { SecretReader } from './secret-reader.ts';
import { findVersion, type SecretContext, type SecretRef } from './secret-store.ts';

export interface ContentServiceDeps {
  readonly tools: OperationTools;
  readonly proposals: Proposals;
  readonly reader: SecretReader;
}

/** Content for a version that is to be made. */
export interface NewContent {
  readonly fields: SecretFields;
  /** Of fields, as the client computed them. */
  readonly checksums?: Checksums | undefined;
  /** Of the version. */
  readonly description: string;
  readonly lifetime?: VersionLifetime | undefined;
  /** Disable the version that is the newest until then. */
  readonly disablePrevious?: boolean | undefined;
  /** It was found in a vault: whoever asks has not given it. */
  readonly unseen?: boolean | undefined;
}

/** May this actor know the newest content? Nobody may know what is write-only. */
function mayKnow(actor: Actor, { head, secret }: SecretContext): boolean {
  return head?.writeOnly !== true && can(actor, 'secret.read_value', secret);
}

export type ContentService = ReturnType<typeof createContentService>;

/** New content for existing secrets: a payload, or that of an older version. */
export function createContentService(deps: ContentServiceDeps) {
  const { tools, reader } = deps;
  const { target, once, keepUnchanged, opener } = deps.proposals;
  const { db, keyring } = tools;

  const contentFor = (
    actor: Actor,
    context: SecretContext,
    { fields, checksums, description, lifetime, unseen = false }: NewContent,
    comment: string,
  ) => {
    assertChecksums(fields, checksums);
    return checkContent(keyring, context.secret, fields, {
      uses: context.uses,
      description,
      lifetime,
      texts: { '/comment': comment, '/versionDescription': description },
      author: { gave: !unseen, reads: mayKnow(actor, context) },
    });
  };

  /** Equal content makes no version, for those who may know it; for others every write looks the same. */
  const isUnchanged = (actor: Actor, context: SecretContext, canonical: Buffer): boolean => {
    const { head, secret } = context;
    if (head === null || head.state !== 'enabled' || !mayKnow(actor, context)) return false;
    return fingerprint(keyring, secret, canonical, fingerprintKeyId(head.fingerprint)) === head.fingerprint;
  };

  const plannedWrite = async (
    actor: Actor,
    context: SecretContext,
    input: NewContent,
    planOf: (content: ContentPlan) => ContentChange,
    options: MutationOptions,
  ): Promise<Proposal | Unchanged> => {
    assertAvailable('write', { profile: context.profile.enabled, secret: context.secret.enabled, version: true });
    const { canonical, plan: content } = await contentFor(actor, context, input, options.comment);
    if (isUnchanged(actor, context, canonical)) {
      const { id, projectId, customerId, headVersion } = context.secret;
      return { kind: 'unchanged', projectId, customerId, secretId: id, version: headVersion };
    }
    await assertRoomForVersion(db, context.secret.id);
    const { operation, plan } = planOf(content);
    return plannedChange(context, operation, plan as ChangePlans[typeof operation], options, {
      content: { canonical, fields: input.fields, unseen: input.unseen === true },
    });
  };

  const write = async (...asked: Parameters<typeof plannedWrite>): Promise<MutationResult> => {
    const [actor, , , , options] = asked;
    const found = await plannedWrite(...asked);
    if (!('kind' in found)) return { kind: 'change', change: await opener.propose(actor, found) };
    await keepUnchanged(actor, options.idempotency, found);
    return found;
  };

  const updateOf =
    ({ disablePrevious }: NewContent) =>
    (content: ContentPlan): ContentChange => ({
      operation: 'update',
      plan: { content, ...(disablePrevious === true ? { disablePrevious } : {}) },
    });

  return {
    /** Everything that is checked of new content, and what is to be proposed then; or that there is nothing to do. */
    async plannedUpdate(
      actor: Actor,
      ref: SecretRef,
      options: MutationOptions,
      input: NewContent,
    ): Promise<{ readonly context: SecretContext; readonly planned: Proposal | Unchanged }> {
      const context = await target(actor, ref, 'update', options);
      return { context, planned: await plannedWrite(actor, context, input, updateOf(input), options) };
    },

    /** New content: a new version, unless it equals the newest. */
    update: once(async (actor, ref, options, input: NewContent) => {
      const context = await target(actor, ref, 'update', options);
      return write(actor, context, input, updateOf(input), options);
    }),

    /** An older version's content becomes a new version. Refused up front when that content cannot be had. */
    rollback: once(async (actor, ref, options, version: number) => {
      const context = await target(actor, ref, 'rollback', options);
      authorize(actor, 'secret.read_value', context.secret);
      const older = await findVersion(db, context.secret.id, version);
      if (older === undefined) throw notFound('version');
      const fields = await reader.contentForRollback(actor, context, older);
      const input = { fields, description: `rollback to version ${version}` };
      const planOf = (content: ContentPlan): ContentChange => ({
        operation: 'rollback',
        plan: { content, toVersion: version },
      });
      return write(actor, context, input, planOf, options);
    }),
  };
}

type ContentChange =
  | { readonly operation: 'update'; readonly plan: ChangePlans['update'] }
  | { readonly operation: 'rollback'; readonly plan: ChangePlans['rollback'] };
