import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { type Proposal, type Unchanged, versionConflict } from './change-opener.ts';
import type { ContentService, NewContent } from './content-service.ts';
import type { CreateService, NewSecret, PlannedCreation } from './create-service.ts';
import type { MutationOptions, MutationResult, Proposals } from './proposals.ts';
import type { Secret } from './secret.ts';
import { findSecret, type SecretContext, type SecretRef } from './secret-store.ts';

/** What a secret is to be when there is none of its name. */
export type Creation = Pick<NewSecret, 'type' | 'description' | 'tags' | 'attributes' | 'sourceProfileId' | 'targets'>;

export type NamedRef = Exclude<SecretRef, { readonly id: string }>;

/** One write by name, checked. */
export type PlannedWrite =
  | { readonly kind: 'create'; readonly planned: PlannedCreation }
  | { readonly kind: 'update'; readonly context: SecretContext; readonly planned: Proposal | Unchanged };

export interface UpsertServiceDeps {
  readonly db: Sql;
  readonly creations: CreateService;
  readonly contents: ContentService;
  readonly proposals: Proposals;
}

export type UpsertService = ReturnType<typeof createUpsertService>;

/** Writes by name: a new version of the secret that has it, or else a new secret. */
export function createUpsertService({ db, creations, contents, proposals }: UpsertServiceDeps) {
  /** The secret of that name. Throws when there is none and it may not be made, or when it is of another type. */
  const find = async (actor: Actor, ref: NamedRef, creation: Creation | undefined, options: MutationOptions) => {
    const found = await findSecret(db, actor.organizationId, ref);
    const secret = found?.state === 'draft' ? undefined : found;
    if (secret === undefined && creation === undefined) throw notFound('secret');
    if (secret !== undefined) authorize(actor, 'secret.edit', secret);
    if (secret !== undefined && creation !== undefined && creation.type !== secret.type) throw otherType(secret);
    if (secret === undefined && (options.expectedVersion ?? 0) !== 0) throw versionConflict(0);
    return secret;
  };

  const newSecret = (ref: NamedRef, creation: Creation, input: NewContent): NewSecret => {
    const { project, path, name, customer } = ref;
    const { fields, checksums, description: versionDescription, lifetime: versionLifetime } = input;
    return { ...creation, project, path, name, customer, fields, checksums, versionDescription, versionLifetime };
  };

  return {
    /**
     * Throws `not_found` when there is no such secret and `creation` is missing, and what creating or writing it would throw.
     * Whoever loses a race for the name writes a version of the secret that won.
     */
    async upsert(
      actor: Actor,
      ref: NamedRef,
      creation: Creation | undefined,
      input: NewContent,
      options: MutationOptions,
    ): Promise<MutationResult> {
      const earlier = await proposals.replayed(actor, options);
      if (earlier !== undefined) return earlier;
      const secret = await find(actor, ref, creation, options);
      if (secret !== undefined) return contents.update(actor, { id: secret.id }, options, input);
      try {
        return await creations.create(actor, newSecret(ref, creation as Creation, input), options);
      } catch (error) {
        const rival = error instanceof AppError && error.code === 'already_exists';
        const winner = rival ? await find(actor, ref, creation, options) : undefined;
        if (winner === undefined) throw error;
        return contents.update(actor, { id: winner.id }, options, input);
      }
    },

    /** Everything that is checked of such a write, and what is to be proposed then. Throws as `upsert` does. */
    async planned(
      actor: Actor,
      ref: SecretRef,
      creation: Creation | undefined,
      input: NewContent,
      options: MutationOptions,
    ): Promise<PlannedWrite> {
      const secret = 'id' in ref ? ref : await find(actor, ref, creation, options);
      if (secret !== undefined) {
        return { kind: 'update', ...(await contents.plannedUpdate(actor, { id: secret.id }, options, input)) };
      }
      const made = newSecret(ref as NamedRef, creation as Creation, input);
      return { kind: 'create', planned: await creations.planned(actor, made, options) };
    },
  };
}

function otherType({ type }: Secret): AppError {
  return invalidField('/create/type', `${type}, which the secret is: a type never changes`);
}
