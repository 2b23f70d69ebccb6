import type { SecretFields } from '../../adapters/secret-value.ts';
import type { Actor } from '../access/actor.ts';
import { authorize, can } from '../access/permissions.ts';
import { applicablePolicies } from '../approvals/applicable-rules.ts';
import { policiesOfProfiles } from '../approvals/policy-store.ts';
import { isUniqueViolation, type Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { remoteEntryOf } from '../vaults/remote-entry.ts';
import { remotePathOf } from '../vaults/remote-naming.ts';
import { type ChangeOpener, insertSecret, isUnchanged, type Proposal } from './change-opener.ts';
import { type ChangePlans, type ContentPlan, type OnConflict, toJson } from './change-plan.ts';
import { conditionFactsOf } from './condition-facts.ts';
import { checkContent } from './content-plan.ts';
import type { SecretLifetime, VersionLifetime } from './lifetime.ts';
import { setWriteOnly } from './lifetime-store.ts';
import type { OperationTools } from './operations/operation.ts';
import { assertChecksums, type Checksums } from './payload/checksum.ts';
import type { SecretType } from './payload/secret-type.ts';
import { findPlace, lockProfiles, type Place } from './place-store.ts';
import type { MutationOptions, MutationResult } from './proposals.ts';
import { claimRemoteEntries } from './remote-claims.ts';
import { parseSecretName } from './secret-name.ts';
import type { ProfileFacts } from './secret-store.ts';

/** A secret to be made. */
export interface NewSecret {
  /** Id or slug. */
  readonly project: string;
  /** Id or slug of the customer whose it is; without it, all share it. */
  readonly customer?: string | undefined;
  /** Set: owned by the system. */
  readonly systemOwner?: string | undefined;
  readonly path: string;
  readonly name: string;
  readonly type: SecretType;
  readonly description: string;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly sourceProfileId: string;
  readonly targets: readonly { readonly profileId: string; readonly onConflict: OnConflict }[];
  readonly writeOnly?: boolean | undefined;
  readonly lifetime?: SecretLifetime | undefined;
  /** Without it the secret starts as an empty container. */
  readonly fields?: SecretFields;
  /** Of fields, as the client computed them. */
  readonly checksums?: Checksums | undefined;
  readonly versionDescription: string;
  /** Of the first version. */
  readonly versionLifetime?: VersionLifetime | undefined;
}

export interface CreateServiceDeps {
  readonly tools: OperationTools;
  readonly opener: ChangeOpener;
}

export type CreateService = ReturnType<typeof createCreateService>;

/** Makes secrets, with their first value and their targets in one step. */
export function createCreateService(deps: CreateServiceDeps) {
  const { tools, opener } = deps;
  const { db, keyring } = tools;

  const contentOf = async (
    actor: Actor,
    id: string,
    input: NewSecret,
    places: [Place, ...Place[]],
    comment: string,
  ) => {
    if (input.fields === undefined) return undefined;
    assertChecksums(input.fields, input.checksums);
    const secret = { id, organizationId: actor.organizationId, type: input.type };
    const texts = {
      '/comment': comment,
      '/description': input.description,
      '/versionDescription': input.versionDescription,
    };
    return checkContent(keyring, secret, input.fields, {
      uses: places.map((place) => place.profile),
      description: input.versionDescription,
      lifetime: input.versionLifetime,
      texts,
      author: { gave: true, reads: can(actor, 'secret.read_value', places[0]) },
    });
  };

  /** Source first, then the targets in the order given. */
  const placesOf = async (actor: Actor, input: NewSecret): Promise<[Place, ...Place[]]> => {
    const at = (profileId: string) =>
      findPlace(db, actor.organizationId, input.project, profileId, input.customer ?? null);
    const source = await at(input.sourceProfileId);
    if (source === 'no project') throw notFound('project');
    if (source === 'no profile') throw invalidField('/sourceProfileId', 'the id of a vault profile');
    if (source === 'no customer') throw invalidField('/customer', 'a customer of the project');
    authorize(actor, 'secret.create', source);
    if (input.systemOwner !== undefined) authorize(actor, 'secret.system', source);
    if (!source.profile.enabled) throw new AppError('profile_disabled', 'The source profile is disabled.');
    const targets: Place[] = [];
    for (const [index, target] of input.targets.entries()) {
      const place = await at(target.profileId);
      if (typeof place === 'string') throw invalidField(`/targets/${index}/profileId`, 'the id of a vault profile');
      targets.push(place);
    }
    return [source, ...targets];
  };

  const planned = async (actor: Actor, input: NewSecret, options: MutationOptions): Promise<PlannedCreation> => {
    const places = await placesOf(actor, input);
    const [source] = places;
    parseSecretName(input.name, { plainIdentifiers: source.plainIdentifiers });
    const id = newId();
    const content = await contentOf(actor, id, input, places, options.comment);
    const plan = await planCreation(input, places, content?.plan ?? null);
    const profileIds = places.map((place) => place.profile.id);
    const policies = await policiesOfProfiles(db, actor.organizationId, profileIds);
    const facts = conditionFactsOf({ ...input, ...source, systemOwner: input.systemOwner ?? null }, {});
    return {
      source: { profile: source.profile, path: plan.sourcePath },
      draft: {
        id: newId(),
        organizationId: actor.organizationId,
        projectId: source.projectId,
        customerId: source.customerId,
        subjectType: 'secret',
        subjectId: id,
        secretId: id,
        operation: 'create',
        baseVersion: 0,
        profileId: source.profile.id,
        profileRevision: source.profile.revision,
        plan: toJson('create', plan),
        policies: applicablePolicies(policies, 'create', facts),
        conditionFacts: facts,
        comment: options.comment,
        asDraft: options.draft === true,
        ...(content === undefined ? {} : { payload: content.canonical }),
      },
      ...(input.fields === undefined ? {} : { fields: input.fields }),
      idempotency: options.idempotency,
      prepare: (tx) => reserve(tx, actor, id, input, plan, places, options.draft === true),
    };
  };

  return {
    /** Everything that is checked of a creation, and what is to be proposed then. Throws as {@link create} does. */
    planned,

    /**
     * Throws `already_exists` for a name in use, `remote_path_taken` when a vault place is somebody else's, and
     * `invalid_input` naming the field.
     */
    async create(actor: Actor, input: NewSecret, options: MutationOptions): Promise<MutationResult> {
      const replayed = await opener.replay(actor, options.idempotency);
      if (replayed !== undefined) return isUnchanged(replayed) ? replayed : { kind: 'change', change: replayed };
      const proposal = await planned(actor, input, options);
      try {
        return { kind: 'change', change: await opener.propose(actor, proposal) };
      } catch (error) {
        throw isUniqueViolation(error, 'secrets_live_name') ? nameInUse() : error;
      }
    },
  };
}

/** A creation that may be proposed. */
export interface PlannedCreation extends Proposal {
  /** Where its content will lie. */
  readonly source: { readonly profile: ProfileFacts; readonly path: string };
}

async function planCreation(
  input: NewSecret,
  places: [Place, ...Place[]],
  content: ContentPlan | null,
): Promise<ChangePlans['create']> {
  const { name, path, type } = input;
  const [source, ...targetPlaces] = places;
  const remotePath = (place: Place) => remotePathOf(place.profile.naming, { ...place.naming, path, name, type });
  const entryAt = (place: Place) => remoteEntryOf(place.profile, remotePath(place), '/name');
  const targets = await Promise.all(
    targetPlaces.map(async (place, index) => ({
      targetId: newId(),
      profileId: place.profile.id,
      profileRevision: place.profile.revision,
      place: place.profile.place,
      remotePath: remotePath(place),
      entry: await entryAt(place),
      onConflict: input.targets[index]?.onConflict ?? 'fail',
    })),
  );
  const sourcePath = remotePath(source);
  const sourceEntry = await entryAt(source);
  const more = {
    ...(source.customerId === null ? {} : { customerId: source.customerId }),
    ...(input.systemOwner === undefined ? {} : { systemOwner: input.systemOwner }),
    ...(input.writeOnly === true ? { writeOnly: true } : {}),
    ...(input.lifetime === undefined ? {} : { lifetime: input.lifetime }),
  };
  return { name, path, type, ...more, place: source.profile.place, sourcePath, sourceEntry, content, targets };
}

/** The name and the places in vaults are the secret's from here on, whether or not it still waits for approval. A draft holds neither. */
async function reserve(
  tx: Sql,
  actor: Actor,
  id: string,
  input: NewSecret,
  plan: ChangePlans['create'],
  places: [Place, ...Place[]],
  draft: boolean,
): Promise<void> {
  const [source] = places;
  const { path, name, type, description, tags, attributes } = input;
  await lockProfiles(
    tx,
    places.map((place) => place.profile),
  );
  await insertSecret(tx, actor, {
    id,
    projectId: source.projectId,
    customerId: source.customerId,
    systemOwner: input.systemOwner ?? null,
    path,
    name,
    type,
    description,
    tags,
    attributes,
    sourceProfileId: source.profile.id,
    sourcePath: plan.sourcePath,
    state: draft ? 'draft' : 'pending_approval',
  });
  if (plan.writeOnly === true) await setWriteOnly(tx, id, true);
  if (draft) return;
  await claimRemoteEntries(tx, id, [
    { place: plan.place, entry: plan.sourceEntry, path: plan.sourcePath, profileId: source.profile.id },
    ...plan.targets.map(({ place, entry, remotePath, profileId }) => ({ place, entry, path: remotePath, profileId })),
  ]);
}

function nameInUse(): AppError {
  return new AppError('already_exists', 'A secret of this name exists in this folder.', {
    fields: [{ pointer: '/name', expected: 'a name that is not in use' }],
  });
}
