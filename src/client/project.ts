import type { Api, Body, CallOptions } from './api.ts';
import type { ChangeRequest, MutationAnswer, Project, Secret } from './api-types.ts';
import type { VersionSelector } from './groups/secrets.ts';
import { KeyferryError } from './keyferry-error.ts';
import { pagesOf } from './pages.ts';
import { bytesOf, type FieldValue, fieldOf, payloadOf, type ValueInput, type WireField } from './payload.ts';
import { chooseSource, findProfile } from './source-profile.ts';

export interface ProjectOptions {
  /** Of a project that is made. Default: as it is written. */
  readonly name?: string;
  /** Name or id of the vault profile that new secrets are at. Default: the only one there is. */
  readonly source?: string;
}

export interface NewSecretOptions {
  /** Default: `generic` for a single value, `key_value` for fields. */
  readonly type?: Body<'createSecret'>['type'];
  /** Folder. */
  readonly path?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** Names or ids of vault profiles that get copies. */
  readonly targets?: readonly string[];
  readonly source?: string;
  /** Why, for reviewers. */
  readonly comment?: string;
}

/** A project, and its secrets in the shortest way. */
export interface ProjectHandle {
  readonly id: string;
  readonly slug: string;
  /** Makes a secret with its first value. If that waits for approval, the handle's `change` says so. */
  newSecret(name: string, value: ValueInput, options?: NewSecretOptions, call?: CallOptions): Promise<SecretHandle>;
  /** The secret of this name; `folder/name` for one in a folder. Rejects with `not_found`. */
  secret(name: string, call?: CallOptions): Promise<SecretHandle>;
  /** Every secret of the project. */
  secrets(call?: CallOptions): AsyncIterable<SecretHandle>;
}

/** One secret. */
export interface SecretHandle {
  readonly id: string;
  readonly name: string;
  /** Folder; empty for none. */
  readonly path: string;
  readonly type: string;
  /** The change request that made this handle's secret; null for one that was found. */
  readonly change: ChangeRequest | null;
  /** The value as text: of the field `value`, or of the one named. Audited. Rejects with `unexpected_answer` for bytes. */
  value(field?: string, version?: VersionSelector, call?: CallOptions): Promise<string>;
  /** The same as bytes. */
  bytes(field?: string, version?: VersionSelector, call?: CallOptions): Promise<Uint8Array>;
  /** Every field: text, or bytes where it is none. */
  fields(version?: VersionSelector, call?: CallOptions): Promise<Record<string, FieldValue>>;
  /** A new version. `version` of the answer is null while it waits for approval, which `changeRequest` tells. */
  set(value: ValueInput, body?: Omit<Body<'createVersion'>, 'payload'>, call?: CallOptions): Promise<MutationAnswer>;
  /** Recoverable until its window ends. */
  delete(body?: Body<'deleteSecret'>, call?: CallOptions): Promise<MutationAnswer>;
}

/** The project of this slug, which is made if there is none. */
export async function openProject(
  api: Api,
  slug: string,
  options: ProjectOptions = {},
  call?: CallOptions,
): Promise<ProjectHandle> {
  const project = await getOrCreate(api, slug, options.name ?? slug, call);
  const find = async (name: string, call?: CallOptions): Promise<SecretHandle> => {
    const at = name.lastIndexOf('/');
    const query = at < 0 ? {} : { path: name.slice(0, at) };
    const params = { project: project.id, name: name.slice(at + 1) };
    return secretHandle(api, await api.call('getSecretByName', { params, query }, call), null);
  };
  return {
    id: project.id,
    slug: project.slug,
    secret: find,
    async newSecret(name, value, { source, targets = [], ...given } = {}, call) {
      const sourceProfileId = await chooseSource(api, source ?? options.source, call);
      const profiles = await Promise.all(targets.map((target) => findProfile(api, target, call)));
      const type = given.type ?? (typeof value === 'string' || value instanceof Uint8Array ? 'generic' : 'key_value');
      const body = {
        ...given,
        project: project.id,
        name,
        type,
        sourceProfileId,
        targets: profiles.map(({ id }) => ({ profileId: id })),
        payload: payloadOf(value),
      };
      const { secretId, changeRequest } = await api.call('createSecret', { body }, call);
      return secretHandle(api, { id: secretId, name, path: given.path ?? '', type }, changeRequest);
    },
    async *secrets(call) {
      const query = { project: project.id };
      for await (const secret of pagesOf(api, 'listSecrets', { query }, call)) yield secretHandle(api, secret, null);
    },
  };
}

async function getOrCreate(api: Api, slug: string, name: string, call?: CallOptions): Promise<Project> {
  const get = () => api.call('getProject', { params: { project: slug } }, call);
  try {
    return await get();
  } catch (error) {
    if (!(error instanceof KeyferryError) || error.code !== 'not_found') throw error;
  }
  try {
    return await api.call('createProject', { body: { slug, name } }, call);
  } catch (error) {
    // Somebody else has made it meanwhile.
    if (error instanceof KeyferryError && error.code === 'already_exists') return get();
    throw error;
  }
}

function secretHandle(
  api: Api,
  { id, name, path, type }: Pick<Secret, 'id' | 'name' | 'path' | 'type'>,
  change: ChangeRequest | null,
): SecretHandle {
  const params = { secretId: id };
  const payload = async (version: VersionSelector = 'latest_enabled', call?: CallOptions) =>
    (await api.call('getVersionContent', { params: { ...params, version } }, call)).payload;
  const field = async (wanted = 'value', version?: VersionSelector, call?: CallOptions): Promise<WireField> => {
    const fields = await payload(version, call);
    const found = Object.hasOwn(fields, wanted) ? fields[wanted] : undefined;
    if (found !== undefined) return found;
    const names = Object.keys(fields);
    throw new KeyferryError('not_found', `The secret ${name} has no field ${wanted}; it has: ${names.join(', ')}.`, {
      facts: { fields: names },
    });
  };
  return {
    id,
    name,
    path,
    type,
    change,
    async value(wanted, version, call) {
      const found = await field(wanted, version, call);
      if (typeof found === 'string') return found;
      throw new KeyferryError('unexpected_answer', `The value of ${name} is not text: ask for its bytes.`);
    },
    bytes: async (wanted, version, call) => bytesOf(await field(wanted, version, call)),
    async fields(version, call) {
      const fields = Object.entries(await payload(version, call));
      return Object.fromEntries(fields.map(([name, value]) => [name, fieldOf(value)]));
    },
    set: (value, body = {}, call) =>
      api.call('createVersion', { params, body: { ...body, payload: payloadOf(value) } }, call),
    delete: (body = {}, call) => api.call('deleteSecret', { params, body }, call),
  };
}
