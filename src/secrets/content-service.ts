import type { SecretFields } from '../../adapters/secret-value.ts';
import type { Actor } from '../access/actor.ts';
import { authorize, can } from '../access/permissions.ts';
import { fingerprint, fingerprintKeyId } from '../crypto/fingerprint.ts';
import { AppError, notFound } from '../errors.ts';
import type { ChangePlans, ContentPlan } from './change-plan.ts';
import { checkContent } from './content-plan.ts';
import type { OperationTools } from './operations/operation.ts';
import type { MutationOptions, MutationResult, Proposals } from './proposals.ts';
import type { SecretReader } from './secret-reader.ts';
import { findVersion, type SecretContext } from './secret-store.ts';

export interface ContentServiceDeps {
  readonly tools: OperationTools;
  readonly proposals: Proposals;
  readonly reader: SecretReader;
}

type WriteOptions = MutationOptions & {
  readonly description: string;
  /** Whoever asks gave the content. */
  readonly gave: boolean;
};

export type ContentService = ReturnType<typeof createContentService>;

/** New content for existing secrets: a payload, or that of an older version. */
export function createContentService(deps: ContentServiceDeps) {
  const { tools, reader } = deps;
  const { target, propose, once, keepUnchanged } = deps.proposals;
  const { db, keyring } = tools;

  const contentFor = (
    actor: Actor,
    context: SecretContext,
    fields: SecretFields,
    { description, comment, gave }: WriteOptions,
  ) =>
    checkContent(keyring, context.secret, fields, {
      uses: context.uses,
      description,
      texts: { '/comment': comment, '/versionDescription': description },
      author: { gave, reads: can(actor, 'secret.read_value', context.secret.projectId) },
    });

  /** Equal content makes no version, for those who may know it; for others every write looks the same. */
  const isUnchanged = (actor: Actor, context: SecretContext, canonical: Buffer): boolean => {
    const { head, secret } = context;
    if (head === null || head.state !== 'enabled' || !can(actor, 'secret.read_value', secret.projectId)) return false;
    return fingerprint(keyring, secret, canonical, fingerprintKeyId(head.fingerprint)) === head.fingerprint;
  };

  const write = async (
    actor: Actor,
    context: SecretContext,
    fields: SecretFields,
    planned: (content: ContentPlan) => { operation: 'update' | 'rollback'; plan: ChangePlans['update' | 'rollback'] },
    options: WriteOptions,
  ): Promise<MutationResult> => {
    if (!context.secret.enabled) throw new AppError('secret_disabled', 'The secret is disabled.');
    const { canonical, plan } = await contentFor(actor, context, fields, options);
    if (isUnchanged(actor, context, canonical)) {
      const { id, projectId, headVersion } = context.secret;
      const found = { kind: 'unchanged', projectId, secretId: id, version: headVersion } as const;
      await keepUnchanged(actor, options.idempotency, found);
      return found;
    }
    const { operation, plan: changePlan } = planned(plan);
    return propose(actor, context, operation, changePlan as ChangePlans[typeof operation], options, {
      content: { canonical, fields, unseen: !options.gave },
    });
  };

  return {
    /** New content: a new version, unless it equals the newest. `gave`: by whoever asks, not found in a vault. */
    update: once(async (actor, ref, options, fields: SecretFields, description: string, gave: boolean) => {
      const context = await target(actor, ref, 'update', options);
      return write(actor, context, fields, (content) => ({ operation: 'update', plan: { content } }), {
        ...options,
        description,
        gave,
      });
    }),

    /** An older version's content becomes a new version. Refused up front when that content cannot be had. */
    rollback: once(async (actor, ref, options, version: number) => {
      const context = await target(actor, ref, 'rollback', options);
      authorize(actor, 'secret.read_value', context.secret.projectId);
      const older = await findVersion(db, context.secret.id, version);
      if (older === undefined) throw notFound('version');
      const fields = await reader.contentForRollback(actor, context, older);
      return write(
        actor,
        context,
        fields,
        (content) => ({ operation: 'rollback', plan: { content, toVersion: version } }),
        {
          ...options,
          description: `rollback to version ${version}`,
          gave: true,
        },
      );
    }),
  };
}
