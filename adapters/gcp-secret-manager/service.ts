import { crc32c } from '../lib/crc32c.ts';
import { TransportFailure } from '../lib/transport-failure.ts';
import { isRefusal } from './errors.ts';
import { pageFacts, payloadFacts, type SecretFacts, secretFacts, type VersionFacts, versionFacts } from './facts.ts';
import type { SdkCall, SdkClient } from './sdk-client.ts';

const PAGE_SIZE = 500;

/** The secrets of one place, by their ids. Errors are those of {@link SdkClient}; `undefined` is the service's NOT_FOUND. */
export interface SecretService {
  /** Ids of one page, and what to ask for the next one (empty at the end). */
  listSecrets(page: string, call: SdkCall): Promise<{ readonly ids: readonly string[]; readonly next: string }>;
  createSecret(id: string, annotations: SecretFacts['annotations'], call: SdkCall): Promise<SecretFacts>;
  getSecret(id: string, call: SdkCall): Promise<SecretFacts | undefined>;
  /** Replaces all annotations, if the ETag is still the secret's. */
  annotate(id: string, annotations: SecretFacts['annotations'], etag: string, call: SdkCall): Promise<SecretFacts>;
  deleteSecret(id: string, etag: string | undefined, call: SdkCall): Promise<void>;
  addVersion(id: string, data: Uint8Array, call: SdkCall): Promise<VersionFacts>;
  getVersion(id: string, version: number | 'latest', call: SdkCall): Promise<VersionFacts | undefined>;
  accessVersion(id: string, version: number | 'latest', call: SdkCall): Promise<Payload | undefined>;
  changeVersion(change: VersionChange, id: string, version: number, etag: string, call: SdkCall): Promise<VersionFacts>;
  /** Names for `check`, which asks for what cannot be. */
  readonly names: ServiceNames;
}

type Payload = NonNullable<ReturnType<typeof payloadFacts>>;
export type VersionChange = 'enable' | 'disable' | 'destroy';

export interface ServiceNames {
  readonly parent: string;
  secret(id: string): string;
  version(id: string, version: number | 'latest'): string;
}

export interface NewSecret {
  readonly labels: Readonly<Record<string, string>>;
  /** Absent for a regional secret, which has none. */
  readonly replication?: object;
}

export function createSecretService(client: SdkClient, parent: string, newSecret: NewSecret): SecretService {
  const names: ServiceNames = {
    parent,
    secret: (id) => `${parent}/secrets/${id}`,
    version: (id, version) => `${parent}/secrets/${id}/versions/${version}`,
  };
  return {
    names,
    async listSecrets(pageToken, call) {
      const request = { parent, pageSize: PAGE_SIZE, pageToken };
      return demand(pageFacts(await client.send('listSecrets', parent, request, call)));
    },
    async createSecret(secretId, annotations, call) {
      const request = { parent, secretId, secret: { ...newSecret, annotations } };
      return demand(secretFacts(await client.send('createSecret', parent, request, call)));
    },
    async getSecret(id, call) {
      const name = names.secret(id);
      const answer = await unlessMissing(client.send('getSecret', name, { name }, call));
      return answer === undefined ? undefined : demand(secretFacts(answer));
    },
    async annotate(id, annotations, etag, call) {
      const name = names.secret(id);
      const request = { secret: { name, etag, annotations }, updateMask: { paths: ['annotations'] } };
      return demand(secretFacts(await client.send('updateSecret', name, request, call)));
    },
    async deleteSecret(id, etag, call) {
      const name = names.secret(id);
      await client.send('deleteSecret', name, { name, ...(etag !== undefined && { etag }) }, call);
    },
    async addVersion(id, data, call) {
      const name = names.secret(id);
      const request = { parent: name, payload: { data, dataCrc32c: crc32c(data) } };
      const facts = demand(versionFacts(await client.send('addSecretVersion', name, request, call)));
      return demand(facts.checked ? facts : undefined);
    },
    async getVersion(id, version, call) {
      const name = names.version(id, version);
      const answer = await unlessMissing(client.send('getSecretVersion', name, { name }, call));
      return answer === undefined ? undefined : demand(versionFacts(answer));
    },
    async accessVersion(id, version, call) {
      const name = names.version(id, version);
      const answer = await unlessMissing(client.send('accessSecretVersion', name, { name }, call));
      return answer === undefined ? undefined : demand(payloadFacts(answer));
    },
    async changeVersion(change, id, version, etag, call) {
      const name = names.version(id, version);
      const method = `${change}SecretVersion` as const;
      return demand(versionFacts(await client.send(method, name, { name, etag }, call)));
    },
  };
}

/** A success that is not the service's proves nothing. */
function demand<T>(facts: T | undefined): T {
  if (facts === undefined) throw new TransportFailure('garbled', true);
  return facts;
}

async function unlessMissing(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (isRefusal(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}
