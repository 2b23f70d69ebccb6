import { crc32 } from 'node:zlib';
import type { RestAnswer, RestClient, RestRequest } from '../lib/rest-client.ts';
import { failureError } from '../lib/transport-failure.ts';
import { VaultError } from '../vault-error.ts';
import { errorType, isGoing, isMissing, isTaken, refusal } from './errors.ts';
import {
  accessFacts,
  type Page,
  pageFacts,
  type SecretFacts,
  secretFacts,
  type VersionFacts,
  versionFacts,
} from './facts.ts';

/** Which call this is for, and how long. */
export interface Context {
  readonly operation: string;
  readonly signal: AbortSignal;
}

export interface SecretFilter {
  readonly name?: string;
  readonly folder?: string;
  readonly scheduled?: boolean;
  readonly page: number;
}

export interface NewSecret {
  readonly name: string;
  readonly folder: string;
  readonly tags: readonly string[];
}

export const PAGE_SIZE = 100;
/** A secret that does not exist: to ask what would be allowed. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Secret Manager of one project in one region. Everything is sent once; failures are classified. */
export interface SecretsApi {
  list(filter: SecretFilter, context: Context): Promise<Page<SecretFacts>>;
  /** `taken`: there is, or was a short time ago, one of that name; nothing was changed. */
  create(secret: NewSecret, context: Context): Promise<SecretFacts | 'taken'>;
  setTags(id: string, tags: readonly string[], context: Context): Promise<SecretFacts>;
  /** Seven days until it is final. Gone already is fine. */
  delete(id: string, context: Context): Promise<void>;
  restore(id: string, context: Context): Promise<void>;
  /** `undefined`: there is no such version, or no such secret any more. */
  version(id: string, revision: number | 'latest_enabled', context: Context): Promise<VersionFacts | undefined>;
  versions(id: string, context: Context): Promise<readonly VersionFacts[]>;
  /** `full`: no more versions of this secret; nothing was changed. */
  addVersion(id: string, data: Uint8Array, description: string, context: Context): Promise<VersionFacts | 'full'>;
  deleteVersion(id: string, revision: number, context: Context): Promise<void>;
  /** The bytes, checked against their checksum; `undefined` when the version has none any more. */
  access(id: string, revision: number, context: Context): Promise<Uint8Array | undefined>;
  /** Does the vendor refuse this for lack of a right? Tried on nothing that exists, so that nothing is changed. */
  lacks(right: TriedRight, context: Context): Promise<boolean>;
}

export type TriedRight = 'access' | 'create' | 'addVersion' | 'setTags' | 'delete';

interface Place {
  readonly region: string;
  readonly projectId: string;
  readonly secretKey: string;
}

/** `mutates`: could it change anything? Without it the method tells. */
type Ask = (
  request: Pick<RestRequest, 'method' | 'path' | 'json'>,
  context: Context,
  mutates?: boolean,
) => Promise<RestAnswer>;

/** https://www.scaleway.com/en/developers/api/secret-manager/ (v1beta1) */
export function createSecretsApi(rest: RestClient, { region, projectId, secretKey }: Place): SecretsApi {
  const root = `/secret-manager/v1beta1/regions/${encodeURIComponent(region)}/secrets`;
  const ask: Ask = async ({ method, path, json }, { operation, signal }, mutates = method !== 'GET') => {
    const headers = { 'x-auth-token': secretKey };
    try {
      return await rest.send({ method, path: root + path, json, signal, headers });
    } catch (error) {
      throw failureError(error, operation, mutates);
    }
  };
  return {
    ...secretCalls(ask, projectId),
    ...versionCalls(ask),
    async lacks(right, context) {
      const answer = await ask(TRIALS[right](projectId), context, false);
      const denied = answer.status === 403 && errorType(answer) === 'permissions_denied';
      const told = errorType(answer) !== undefined && [400, 404, 412].includes(answer.status);
      if (!denied && !told) throw refusal(answer, context.operation, false);
      return denied;
    },
  };
}

/** None of these can succeed: they name a secret that does not exist, or make one without a name. */
const TRIALS: Readonly<Record<TriedRight, (projectId: string) => Pick<RestRequest, 'method' | 'path' | 'json'>>> = {
  access: () => ({ method: 'GET', path: `/${NOBODY}/versions/1/access` }),
  create: (projectId) => ({ method: 'POST', path: '', json: { project_id: projectId, name: '', protected: false } }),
  addVersion: () => ({ method: 'POST', path: `/${NOBODY}/versions`, json: { data: '' } }),
  setTags: () => ({ method: 'PATCH', path: `/${NOBODY}`, json: { tags: [] } }),
  delete: () => ({ method: 'DELETE', path: `/${NOBODY}` }),
};

function secretCalls(
  ask: Ask,
  projectId: string,
): Pick<SecretsApi, 'list' | 'create' | 'setTags' | 'delete' | 'restore'> {
  return {
    async list({ name, folder, scheduled = false, page }, context) {
      const query = new URLSearchParams({
        project_id: projectId,
        scheduled_for_deletion: String(scheduled),
        order_by: 'created_at_asc',
        page: String(page),
        page_size: String(PAGE_SIZE),
        ...(name !== undefined && { name }),
        ...(folder !== undefined && { path: folder }),
      });
      const answer = await ask({ method: 'GET', path: `?${query}` }, context);
      return demand(answer, pageFacts(answer.body, 'secrets', secretFacts), context, false);
    },
    async create({ name, folder, tags }, context) {
      const json = { project_id: projectId, name, path: folder, tags, type: 'opaque', protected: false };
      const answer = await ask({ method: 'POST', path: '', json }, context);
      if (isTaken(answer)) return 'taken';
      return demand(answer, secretFacts(answer.body), context, true);
    },
    async setTags(id, tags, context) {
      const answer = await ask({ method: 'PATCH', path: `/${id}`, json: { tags } }, context);
      return demand(answer, secretFacts(answer.body), context, true);
    },
    async delete(id, context) {
      const answer = await ask({ method: 'DELETE', path: `/${id}` }, context);
      if (!isDeleted(answer)) throw refusal(answer, context.operation, true);
    },
    async restore(id, context) {
      const answer = await ask({ method: 'POST', path: `/${id}/restore`, json: {} }, context);
      demand(answer, secretFacts(answer.body), context, true);
    },
  };
}

function versionCalls(ask: Ask): Pick<SecretsApi, 'version' | 'versions' | 'addVersion' | 'deleteVersion' | 'access'> {
  return {
    async version(id, revision, context) {
      const answer = await ask({ method: 'GET', path: `/${id}/versions/${revision}` }, context);
      if (isMissing(answer) || isGoing(answer)) return undefined;
      return demand(answer, versionFacts(answer.body), context, false);
    },
    async versions(id, context) {
      const answer = await ask({ method: 'GET', path: `/${id}/versions?page=1&page_size=${PAGE_SIZE}` }, context);
      if (isMissing(answer) || isGoing(answer)) return [];
      return demand(answer, pageFacts(answer.body, 'versions', versionFacts), context, false).items;
    },
    async addVersion(id, data, description, context) {
      const json = { data: Buffer.from(data).toString('base64'), data_crc32: crc32(data), description };
      const answer = await ask({ method: 'POST', path: `/${id}/versions`, json }, context);
      if (errorType(answer) === 'quotas_exceeded') return 'full';
      return demand(answer, versionFacts(answer.body), context, true);
    },
    async deleteVersion(id, revision, context) {
      const answer = await ask({ method: 'DELETE', path: `/${id}/versions/${revision}` }, context);
      if (!isDeleted(answer)) throw refusal(answer, context.operation, true);
    },
    async access(id, revision, context) {
      const answer = await ask({ method: 'GET', path: `/${id}/versions/${revision}/access` }, context);
      if (isMissing(answer) || isGoing(answer)) return undefined;
      const facts = demand(answer, accessFacts(answer.body), context, false);
      const bytes = Buffer.from(facts.data, 'base64');
      const whole = facts.revision === revision && bytes.toString('base64') === facts.data;
      if (!whole || (facts.crc32 !== undefined && facts.crc32 !== crc32(bytes)))
        throw new VaultError('unknown', context.operation);
      return bytes;
    },
  };
}

/** Only an answer without content is Scaleway's own success: a proxy's page proves nothing. */
function isDeleted(answer: RestAnswer): boolean {
  return answer.status === 204 || isMissing(answer) || isGoing(answer);
}

function isSuccess({ status }: RestAnswer): boolean {
  return status >= 200 && status < 300;
}

/** What a success says, or the refusal; a success that says something else proves nothing. */
function demand<T>(answer: RestAnswer, facts: T | undefined, { operation }: Context, mutates: boolean): T {
  if (!isSuccess(answer)) throw refusal(answer, operation, mutates);
  if (facts === undefined) throw new VaultError('unknown', operation, { maybeApplied: mutates });
  return facts;
}
