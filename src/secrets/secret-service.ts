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
import { findVersion, type SecretContext, type SecretRef } from './secret-store.ts';
import { smallestVault } from './vault-limits.ts';

export interface SecretServiceDeps {
  readonly tools: OperationTools;
  readonly proposals: Proposals;
  readonly reader: SecretReader;
  /** Largest payload of a vault kind, in bytes. */
  readonly maxBytesOf: (kind: string) => Promise<number>;
  /** Days a deleted secret can be restored, when the caller says nothing. */
  readonly recoveryDays: number;
}

export type SecretService = ReturnType<typeof createSecretService>;

/** Mutations of existing secrets. Each checks, plans and goes through the one door; none touches a vault itself. */
export function createSecretService(deps: SecretServiceDeps) {
  const { tools, reader } = deps;
  const { target, propose, once } = deps.proposals;
  const { db, keyring } = tools;

  const contentFor = async (context: SecretContext, fields: SecretFields, description: string) =>
    checkContent(keyring, context.secret, fields, {
      maxBytes: await smallestVault(db, context, deps.maxBytesOf),
      description,
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
    options: MutationOptions & { readonly description: string },
  ): Promise<MutationResult> => {
    if (!context.secret.enabled) throw new AppError('secret_disabled', 'The secret is disabled.');
    const { canonical, plan } = await contentFor(context, fields, options.description);
    if (isUnchanged(actor, context, canonical)) return { kind: 'unchanged', context };
    const { operation, plan: changePlan } = planned(plan);
    return propose(actor, context, operation, changePlan as ChangePlans[typeof operation], options, {
      content: { canonical, fields },
    });
  };

  const versionTarget = async (
    actor: Actor,
    ref: SecretRef,
    operation: 'enable_version' | 'disable_version' | 'destroy_version',
    version: number,
    options: MutationOptions,
  ): Promise<MutationResult> => {
    const context = await target(actor, ref, operation, options);
    const found = await findVersion(db, context.secret.id, version);
    if (found === undefined) throw notFound('version');
    if (found.state === 'destroyed')
      throw new AppError('invalid_transition', 'The version was destroyed.', { facts: { state: found.state } });
    if (operation === 'destroy_version') {
      assertUnprotected(context);
      if (version === context.secret.headVersion) {
        throw new AppError(
          'invalid_transition',
          'The newest version goes with its secret: write another one first, or delete the secret.',
        );
      }
    }
    return propose(actor, context, operation, { version }, options);
  };

  const flag =
    (operation: 'enable' | 'disable' | 'protect' | 'unprotect') =>
    async (actor: Actor, ref: SecretRef, options: MutationOptions): Promise<MutationResult> => {
      const context = await target(actor, ref, operation, options);
      return propose(actor, context, operation, {}, options);
    };

  return {
    /** New content: a new version, unless it equals the newest. */
    update: once(async (actor, ref, options, fields: SecretFields, description: string) => {
      const context = await target(actor, ref, 'update', options);
      return write(actor, context, fields, (content) => ({ operation: 'update', plan: { content } }), {
        ...options,
        description,
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
        },
      );
    }),

    editMetadata: once(async (actor, ref, options, patch: ChangePlans['edit_metadata']) => {
      const context = await target(actor, ref, 'edit_metadata', options);
      return propose(actor, context, 'edit_metadata', patch, options);
    }),

    /** Recoverable for `recoveryDays`; `copies` says whether the targets' copies go too. */
    delete: once(
      async (actor, ref, options, input: { recoveryDays?: number | undefined; copies: 'delete' | 'keep' }) => {
        const context = await target(actor, ref, 'delete', options);
        assertUnprotected(context);
        const recoveryDays = input.recoveryDays ?? deps.recoveryDays;
        return propose(actor, context, 'delete', { recoveryDays, copies: input.copies }, options);
      },
    ),

    restore: once(async (actor, ref, options) => {
      const context = await target(actor, ref, 'restore', options, 'deleted');
      return propose(actor, context, 'restore', {}, options);
    }),

    /** For good, whether or not the recovery window is over. */
    destroy: once(async (actor, ref, options, copies: 'delete' | 'keep') => {
      const context = await target(actor, ref, 'destroy', options, 'any');
      assertUnprotected(context);
      return propose(actor, context, 'destroy', { copies }, options);
    }),

    enableVersion: once((actor, ref, options, version: number) =>
      versionTarget(actor, ref, 'enable_version', version, options),
    ),
    disableVersion: once((actor, ref, options, version: number) =>
      versionTarget(actor, ref, 'disable_version', version, options),
    ),
    destroyVersion: once((actor, ref, options, version: number) =>
      versionTarget(actor, ref, 'destroy_version', version, options),
    ),
    enable: once(flag('enable')),
    disable: once(flag('disable')),
    protect: once(flag('protect')),
    unprotect: once(flag('unprotect')),
  };
}

function assertUnprotected({ secret }: SecretContext): void {
  if (secret.protected) throw new AppError('protected', 'The secret is protected; take the protection away first.');
}
