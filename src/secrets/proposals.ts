import type { SecretFields } from '../../adapters/secret-value.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import type { IdempotentRequest } from '../api/idempotency.ts';
import { applicablePolicies } from '../approvals/applicable-rules.ts';
import type { AttachedPolicy } from '../approvals/approval-policy.ts';
import type { Change } from '../approvals/change.ts';
import type { SecretOperation } from '../approvals/change-operation.ts';
import { changeInProgress } from '../approvals/change-service.ts';
import type { Confirm } from '../consumers/in-use.ts';
import type { Sql } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { assertAvailable } from './availability.ts';
import { type ChangeOpener, isUnchanged, type Proposal, type Unchanged, versionConflict } from './change-opener.ts';
import { type ChangePlans, toJson } from './change-plan.ts';
import { conditionFactsOf } from './condition-facts.ts';
import { findSecretContext, type SecretContext, type SecretRef } from './secret-store.ts';
import { RIGHT_FOR } from './secret-subject.ts';
import { assertMayKeep } from './system-owned.ts';

/** What every mutation of a secret may say beside its own input. */
export interface MutationOptions {
  readonly idempotency: IdempotentRequest | undefined;
  readonly comment: string;
  /** Compare-and-set on the secret's newest version. */
  readonly expectedVersion?: number | undefined;
  /** Recorded only, until it is submitted; another change may be open meanwhile. */
  readonly draft?: boolean | undefined;
  /** Consumers that may be left without what they refer to. */
  readonly confirm?: Confirm | undefined;
}

export type MutationResult = { readonly kind: 'change'; readonly change: Change } | Unchanged;

/** What a proposal may bring along. */
export interface ProposalParts {
  readonly content?: {
    readonly canonical: Buffer;
    readonly fields: SecretFields;
    /** Found in a vault: whoever asks does not know it. */
    readonly unseen: boolean;
  };
  /** Policies of other profiles that have a say. */
  readonly policies?: readonly AttachedPolicy[];
  /** Takes places, in the transaction that opens the change, after the secret was locked. A draft takes them when it is submitted. */
  readonly prepare?: (tx: Sql) => Promise<void>;
}

export type Proposals = ReturnType<typeof createProposals>;

/** What all mutations of an existing secret share: finding it, refusing early, and going through the one door. */
export function createProposals(deps: { readonly db: Sql; readonly opener: ChangeOpener }) {
  const { db, opener } = deps;

  const propose = async <Operation extends SecretOperation>(
    actor: Actor,
    context: SecretContext,
    operation: Operation,
    plan: ChangePlans[Operation],
    options: MutationOptions,
    more: ProposalParts = {},
  ): Promise<MutationResult> => ({
    kind: 'change',
    change: await opener.propose(actor, plannedChange(context, operation, plan, options, more)),
  });

  /** The secret, if this actor may do this to it in the state it is in. */
  const target = async (
    actor: Actor,
    ref: SecretRef,
    operation: SecretOperation,
    options: MutationOptions,
    state: 'active' | 'deleted' | 'any' = 'active',
  ): Promise<SecretContext> => {
    const context = await findSecretContext(db, actor.organizationId, ref);
    if (context === undefined) throw notFound('secret');
    const { secret, profile } = context;
    authorize(actor, RIGHT_FOR[operation], secret);
    assertMayKeep(actor, secret);
    if (state === 'any' ? secret.state === 'destroyed' : secret.state !== state) {
      if (secret.pendingChangeId === null && secret.state !== 'pending_approval') {
        throw new AppError('invalid_transition', `The secret is ${secret.state}.`, { facts: { state: secret.state } });
      }
      throw secret.pendingChangeId === null
        ? changeInProgress()
        : openChange(secret.pendingChangeId, secret.headVersion);
    }
    if (options.expectedVersion !== undefined && options.expectedVersion !== secret.headVersion) {
      throw versionConflict(secret.headVersion);
    }
    if (secret.pendingChangeId !== null && options.draft !== true) {
      throw openChange(secret.pendingChangeId, secret.headVersion);
    }
    // Whatever is done to it: some of it may call the vault, and all of it waits for the same switch.
    assertAvailable('delete', { profile: profile.enabled, secret: secret.enabled, version: true });
    return context;
  };

  const replayed = async (actor: Actor, options: MutationOptions): Promise<MutationResult | undefined> => {
    const earlier = await opener.replay(actor, options.idempotency);
    if (earlier === undefined || isUnchanged(earlier)) return earlier;
    return { kind: 'change', change: earlier };
  };

  /** Answers a repeated request before anything is checked anew: the world may have moved on since. */
  const once =
    <Rest extends unknown[]>(
      use: (actor: Actor, ref: SecretRef, options: MutationOptions, ...rest: Rest) => Promise<MutationResult>,
    ) =>
    async (actor: Actor, ref: SecretRef, options: MutationOptions, ...rest: Rest): Promise<MutationResult> => {
      const earlier = await replayed(actor, options);
      if (earlier !== undefined) return earlier;
      try {
        return await use(actor, ref, options, ...rest);
      } catch (error) {
        // A twin may have gone all the way since: then what stood in our way is what it did.
        const twin = await replayed(actor, options);
        if (twin !== undefined) return twin;
        throw error;
      }
    };

  return { target, propose, replayed, once, keepUnchanged: opener.keepUnchanged, opener };
}

/** What is proposed for an existing secret: everything about the change but whether it may be opened. */
export function plannedChange<Operation extends SecretOperation>(
  context: SecretContext,
  operation: Operation,
  plan: ChangePlans[Operation],
  options: MutationOptions,
  more: ProposalParts = {},
): Proposal {
  const { secret, profile } = context;
  const facts = conditionFactsOf(secret, plan);
  return {
    draft: {
      id: newId(),
      organizationId: secret.organizationId,
      projectId: secret.projectId,
      customerId: secret.customerId,
      subjectType: 'secret',
      subjectId: secret.id,
      secretId: secret.id,
      operation,
      baseVersion: secret.headVersion,
      profileId: profile.id,
      profileRevision: profile.revision,
      plan: toJson(operation, plan),
      policies: applicablePolicies(eachOnce([...context.policies, ...(more.policies ?? [])]), operation, facts),
      conditionFacts: facts,
      comment: options.comment,
      asDraft: options.draft === true,
      ...(more.content === undefined ? {} : { payload: more.content.canonical, payloadUnseen: more.content.unseen }),
    },
    ...(more.content === undefined ? {} : { fields: more.content.fields }),
    idempotency: options.idempotency,
    found: context,
    ...(more.prepare === undefined || options.draft === true ? {} : { prepare: more.prepare }),
  };
}

/** Source, target and organization may ask for the same profile. */
function eachOnce(policies: readonly AttachedPolicy[]): AttachedPolicy[] {
  return [...new Map(policies.map((policy) => [policy.profileId, policy])).values()];
}

function openChange(changeRequestId: string, currentVersion: number): AppError {
  return new AppError('change_in_progress', 'Another change of this secret is open; it must end first.', {
    facts: { changeRequestId, currentVersion },
  });
}
