import type { RestAnswer, RestClient, RestRequest } from '../lib/rest-client.ts';
import { failureError } from '../lib/transport-failure.ts';
import { VaultError } from '../vault-error.ts';
import { conflictOf, isMissing, refusal, statusOf } from './errors.ts';
import { isJson, type Json, type SecretObject, secretObject } from './secret-object.ts';
import type { LoginHeaders, Session } from './session.ts';

/** Small pages: each item brings the annotations and managed fields of others. */
const PAGE_SIZE = 100;
const FIELD_MANAGER = 'fieldManager=keyferry';
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v1';

/** Which call this is for, and how long. */
export interface Context {
  readonly operation: string;
  readonly signal: AbortSignal;
}

/** The Secrets of one namespace. Everything is sent once; failures are classified. */
export interface SecretsApi {
  readonly namespace: string;
  get(name: string, context: Context): Promise<SecretObject | undefined>;
  create(secret: Json, name: string, context: Context): Promise<SecretObject | 'exists'>;
  /** `moved`: it is not what was read, or gone. Nothing was changed then. */
  replace(secret: Json, name: string, context: Context): Promise<SecretObject | 'moved'>;
  /** Deletes exactly what was read. Gone already is `done`. */
  delete(secret: SecretObject, context: Context): Promise<'done' | 'moved'>;
  /** Metadata of every Secret but those of these types, over all pages; no values are fetched. */
  list(hiddenTypes: readonly string[], context: Context): AsyncGenerator<Json>;
  /** May we do that to Secrets here, or to the one of that name? Asks, and changes nothing. */
  allows(verb: string, name: string | undefined, context: Context): Promise<boolean>;
  /** Goes through everything a creation goes through but the storage. False: there is no such namespace. */
  tryCreate(context: Context): Promise<boolean>;
}

type Ask = (
  request: Omit<RestRequest, 'headers' | 'signal'>,
  context: Context,
  mutates: boolean,
) => Promise<RestAnswer>;

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/#operations */
export function createSecretsApi(rest: RestClient, session: Session, namespace: string): SecretsApi {
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  const pathOf = (name: string) => `${secrets}/${encodeURIComponent(name)}`;
  const ask = createAsk(rest, session);
  return {
    namespace,
    async get(name, context) {
      const answer = await ask({ method: 'GET', path: pathOf(name) }, context, false);
      if (isMissing(answer, name)) return undefined;
      return demandSecret(answer, name, context, false);
    },
    async create(secret, name, context) {
      const answer = await ask({ method: 'POST', path: `${secrets}?${FIELD_MANAGER}`, json: secret }, context, true);
      if (conflictOf(answer) === 'exists') return 'exists';
      return demandSecret(answer, name, context, true);
    },
    async replace(secret, name, context) {
      const path = `${pathOf(name)}?${FIELD_MANAGER}`;
      const answer = await ask({ method: 'PUT', path, json: secret }, context, true);
      if (conflictOf(answer) === 'moved' || isMissing(answer, name)) return 'moved';
      return demandSecret(answer, name, context, true);
    },
    async delete({ name, uid, resourceVersion }, context) {
      const json = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } };
      const answer = await ask({ method: 'DELETE', path: pathOf(name), json }, context, true);
      if (isMissing(answer, name)) return 'done';
      if (conflictOf(answer) === 'moved') return 'moved';
      if (!isSuccess(answer)) throw refusal(answer, context.operation, true);
      // A Status, or the object itself while finalizers hold it.
      if (statusOf(answer) || secretObject(answer.body, name)) return 'done';
      throw new VaultError('unknown', context.operation, { maybeApplied: true });
    },
    list: (hiddenTypes, context) => listPages(ask, secrets, hiddenTypes, context),
    async allows(verb, name, context) {
      const json = accessReview({ namespace, verb, resource: 'secrets', ...(name !== undefined && { name }) });
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const answer = await ask({ method: 'POST', path, json }, context, false);
      if (!isSuccess(answer)) throw refusal(answer, context.operation, false);
      const status = isJson(answer.body) && isJson(answer.body.status) ? answer.body.status : {};
      if (typeof status.allowed !== 'boolean') throw new VaultError('unknown', context.operation);
      return status.allowed;
    },
    async tryCreate(context) {
      const json = { apiVersion: 'v1', kind: 'Secret', metadata: { generateName: 'keyferry-check-', namespace } };
      const path = `${secrets}?dryRun=All&${FIELD_MANAGER}`;
      const answer = await ask({ method: 'POST', path, json }, context, false);
      if (answer.status === 404 && statusOf(answer)) return false;
      // Admission may refuse the trial for reasons that a real entry meets.
      if (isSuccess(answer) || (statusOf(answer) && [400, 403, 409, 422].includes(answer.status))) return true;
      throw refusal(answer, context.operation, false);
    },
  };
}

/** A 401 of the API server changed nothing: it is asked again when the session has another token by now. */
function createAsk(rest: RestClient, session: Session): Ask {
  return async (request, { operation, signal }, mutates) => {
    try {
      const headers = request.path.includes('limit=') ? { accept: METADATA_ONLY } : {};
      const send = (login: LoginHeaders) => rest.send({ ...request, signal, headers: { ...headers, ...login } });
      const login = await session.headers();
      const answer = await send(login);
      const again = answer.status === 401 && statusOf(answer) !== undefined && (await session.refresh(login));
      return again ? await send(await session.headers()) : answer;
    } catch (error) {
      throw failureError(error, operation, mutates);
    }
  };
}

/** Over a consistent snapshot: its token expires (410), and then the whole listing fails. */
async function* listPages(
  ask: Ask,
  path: string,
  hiddenTypes: readonly string[],
  context: Context,
): AsyncGenerator<Json> {
  const fieldSelector = hiddenTypes.map((type) => `type!=${type}`).join(',');
  let token = '';
  do {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), fieldSelector, ...(token && { continue: token }) });
    const answer = await ask({ method: 'GET', path: `${path}?${query}` }, context, false);
    if (!isSuccess(answer)) throw refusal(answer, context.operation, false);
    const page = pageOf(answer.body);
    if (!page) throw new VaultError('unknown', context.operation);
    yield* page.items;
    token = page.next;
  } while (token !== '');
}

function pageOf(body: unknown): { readonly items: readonly Json[]; readonly next: string } | undefined {
  if (!isJson(body) || !/^(PartialObjectMetadata|Secret)List$/.test(String(body.kind))) return undefined;
  const { items, metadata } = body;
  if (!Array.isArray(items) || !isJson(metadata)) return undefined;
  const found = items.map((item: unknown) => (isJson(item) ? item.metadata : undefined));
  const next = typeof metadata.continue === 'string' ? metadata.continue : '';
  return found.every(isJson) ? { items: found, next } : undefined;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/ */
function accessReview(resourceAttributes: Json): Json {
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { group: '', ...resourceAttributes } },
  };
}

function isSuccess({ status }: RestAnswer): boolean {
  return status >= 200 && status < 300;
}

function demandSecret(answer: RestAnswer, name: string, { operation }: Context, mutates: boolean): SecretObject {
  if (!isSuccess(answer)) throw refusal(answer, operation, mutates);
  const secret = secretObject(answer.body, name);
  if (!secret) throw new VaultError('unknown', operation, { maybeApplied: mutates });
  return secret;
}
