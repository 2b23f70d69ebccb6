import type { Actor } from '../access/actor.ts';
import type { Sql } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import type { ChangePlans } from './change-plan.ts';
import { consumerGuard } from './consumer-guard.ts';
import type { MutationOptions, MutationResult, Proposals } from './proposals.ts';
import { findVersion, type SecretContext, type SecretRef } from './secret-store.ts';

export interface SecretServiceDeps {
  readonly db: Sql;
  readonly proposals: Proposals;
  /** Days a deleted secret can be restored, when the caller says nothing. */
  readonly recoveryDays: number;
}

export type SecretService = ReturnType<typeof createSecretService>;

/**
 * Everything that happens to an existing secret but new content: metadata, flags, versions, end and return. Each use case
 * checks, plans and goes through the one door; none touches a vault itself.
 */
export function createSecretService(deps: SecretServiceDeps) {
  const { db } = deps;
  const { target, propose, once } = deps.proposals;

  const versionTarget = async (
    actor: Actor,
    ref: SecretRef,
    operation: 'enable_version' | 'disable_version' | 'destroy_version' | 'edit_version',
    version: number,
    options: MutationOptions,
    more: Omit<ChangePlans['edit_version'], 'version'> = {},
  ): Promise<MutationResult> => {
    const context = await target(actor, ref, operation, options);
    const found = await findVersion(db, context.secret.id, version);
    if (found === undefined) throw notFound('version');
    if (found.state === 'destroyed') throw impossible('The version was destroyed.');
    if (operation === 'destroy_version') {
      assertUnprotected(context);
      if (version === context.secret.headVersion) throw impossible('The newest version goes with its secret.');
    }
    if (operation !== 'destroy_version') return propose(actor, context, operation, { ...more, version }, options);
    const guard = await consumerGuard(db, context, { operation, version }, options.confirm);
    return propose(actor, context, operation, { version, ...guard.confirmed }, options, guard);
  };

  const flag =
    (operation: 'enable' | 'disable' | 'protect' | 'unprotect') =>
    async (actor: Actor, ref: SecretRef, options: MutationOptions): Promise<MutationResult> => {
      const context = await target(actor, ref, operation, options);
      return propose(actor, context, operation, {}, options);
    };

  return {
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
        const guard = await consumerGuard(db, context, { operation: 'delete' }, options.confirm);
        const plan = { recoveryDays, copies: input.copies, ...guard.confirmed };
        return propose(actor, context, 'delete', plan, options, guard);
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
      const guard = await consumerGuard(db, context, { operation: 'destroy' }, options.confirm);
      return propose(actor, context, 'destroy', { copies, ...guard.confirmed }, options, guard);
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
    editVersion: once((actor, ref, options, version: number, patch: Omit<ChangePlans['edit_version'], 'version'>) =>
      versionTarget(actor, ref, 'edit_version', version, options, patch),
    ),
    enable: once(flag('enable')),
    disable: once(flag('disable')),
    protect: once(flag('protect')),
    unprotect: once(flag('unprotect')),
  };
}

function impossible(message: string): AppError {
  return new AppError('invalid_transition', message);
}

function assertUnprotected({ secret }: SecretContext): void {
  if (secret.protected) throw new AppError('protected', 'The secret is protected; take the protection away first.');
}
