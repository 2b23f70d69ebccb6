import { awsError, isObject, textOf } from './aws-answers.ts';
import { type AccessKey, createIdentities, type Identities, isIdentity, mayDo, stsError } from './aws-identities.ts';
import { notFound, type Outcome, type Secret } from './aws-secret.ts';
import {
  createSecret,
  deleteSecret,
  putSecretValue,
  restoreSecret,
  type Surroundings,
  updateSecret,
  updateVersionStage,
} from './aws-secret-changes.ts';
import { describeSecret, getSecretValue, listSecrets } from './aws-secret-reads.ts';
import { tagResource, untagResource } from './aws-secret-tags.ts';
import type { EmulatedAnswer, EmulatedRequest, Emulation } from './emulated-request.ts';
import { type ScriptedServer, type ScriptedServerOptions, startScriptedServer } from './scripted-server.ts';

export interface AwsEmulatorOptions extends Omit<ScriptedServerOptions, 'emulation' | 'namespaceHeader'> {
  readonly region?: string;
  readonly account?: string;
  /** The access key that may do everything; random when absent. */
  readonly key?: AccessKey;
  /** Largest page of a listing. */
  readonly pageSize?: number;
  /** How long a name stays blocked after a forced deletion. */
  readonly releaseMs?: number;
}

export interface AwsEmulator extends ScriptedServer {
  readonly region: string;
  readonly account: string;
  /** May do everything. */
  readonly key: AccessKey;
  readonly identities: Pick<Identities, 'createKey' | 'addRole' | 'revoke' | 'revokeSessions'>;
  /** Time goes on by so much. */
  pass(ms: number): void;
  /** As the service keeps it, versions without labels included. */
  secret(name: string): Secret | undefined;
  /** All of them, by name. */
  stored(): ReadonlyMap<string, Secret>;
}

/**
 * AWS Secrets Manager and the AssumeRole of STS on the wire, for one account and region: signatures, actions allowed by identity,
 * versions and staging labels, scheduled deletion, tags. Each behaviour follows
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/; the page is named where it is implemented.
 */
export async function startAwsEmulator(options: AwsEmulatorOptions = {}): Promise<AwsEmulator> {
  const { region = 'eu-central-1', account = '123456789012', pageSize = 100, releaseMs = 0, key, ...server } = options;
  const identities = createIdentities(account);
  const service: Service = {
    region,
    account,
    pageSize,
    releaseMs,
    identities,
    secrets: new Map(),
    before: new Map(),
    releasing: new Map(),
    aheadMs: 0,
  };
  const emulation: Emulation = (request, mode) => answer(service, request, mode);
  const running = await startScriptedServer({ ...server, emulation });
  return Object.assign(running, {
    region,
    account,
    key: identities.createKey({}, key),
    identities,
    pass(ms: number) {
      service.aheadMs += ms;
    },
    secret: (name: string) => service.secrets.get(name),
    stored: () => service.secrets,
  });
}

interface Service {
  readonly region: string;
  readonly account: string;
  readonly pageSize: number;
  readonly releaseMs: number;
  readonly identities: Identities;
  readonly secrets: Map<string, Secret>;
  /** Each secret as it was before its newest change, for stale reads. */
  readonly before: Map<string, Secret | undefined>;
  /** Names that are blocked until then. */
  readonly releasing: Map<string, number>;
  /** How far its clock is ahead of ours. */
  aheadMs: number;
}

/** The action that a request asks for, as the SDK names it in `x-amz-target`. */
export function actionOf({ headers }: EmulatedRequest): string {
  return /^secretsmanager\.([A-Za-z]+)$/.exec(String(headers['x-amz-target'] ?? ''))?.[1] ?? '';
}

function answer(service: Service, request: EmulatedRequest, mode: Parameters<Emulation>[1]): EmulatedAnswer {
  if (request.method !== 'POST' || request.path !== '/') return awsError('UnknownOperationException', '', 404);
  if (request.headers['x-amz-target'] === undefined) return answerSts(service, request);
  const action = actionOf(request);
  const who = service.identities.authenticate(request, 'secretsmanager', service.region);
  if (!isIdentity(who)) return who;
  const body = bodyOf(request);
  const needed = action === 'CreateSecret' && body?.Tags !== undefined ? [action, 'TagResource'] : [action];
  const denied = needed.find((each) => !mayDo(who, each));
  if (denied !== undefined) {
    const message = `User is not authorized to perform: secretsmanager:${denied} because no identity-based policy allows it`;
    return awsError('AccessDeniedException', message);
  }
  if (!body) return awsError('SerializationException', '');
  const outcome = perform(service, action, body, mode);
  if (!outcome) return awsError('UnknownOperationException', '');
  if (!outcome.change) return outcome.answer;
  if (mode === 'apply') keep(service, outcome.change);
  const { kind, name, version } = outcome.change;
  return { ...outcome.answer, applied: { kind, path: name, version } };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function answerSts({ identities, region }: Service, request: EmulatedRequest): EmulatedAnswer {
  const who = identities.authenticate(request, 'sts', region);
  if (isIdentity(who)) return identities.assumeRole(request);
  return stsError(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
}

type Change = NonNullable<Outcome['change']>;

function keep(service: Service, { name, secret }: Change): void {
  service.before.set(name, service.secrets.get(name));
  if (secret) service.secrets.set(name, secret);
  else {
    service.secrets.delete(name);
    service.releasing.set(name, Date.now() + service.aheadMs + service.releaseMs);
  }
}

type Body = Readonly<Record<string, unknown>>;
type Mode = Parameters<Emulation>[1];

const ON_SECRET: Readonly<Record<string, (secret: Secret, body: Body, surroundings: Surroundings) => Outcome>> = {
  DescribeSecret: describeSecret,
  GetSecretValue: getSecretValue,
  PutSecretValue: putSecretValue,
  RestoreSecret: restoreSecret,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateSecret: updateSecret,
  UpdateSecretVersionStage: updateVersionStage,
};

function perform(service: Service, action: string, body: Body, mode: Mode): Outcome | undefined {
  const surroundings = { region: service.region, account: service.account, now: Date.now() + service.aheadMs };
  if (action === 'ListSecrets') return listSecrets(service.secrets.values(), body, service.pageSize);
  if (action === 'CreateSecret') {
    const name = textOf(body.Name) ?? '';
    const releasing = (service.releasing.get(name) ?? 0) > surroundings.now;
    return createSecret(service.secrets.get(name), releasing, body, surroundings);
  }
  const name = nameOf(service, textOf(body.SecretId) ?? '');
  const secret = mode === 'stale' && service.before.has(name) ? service.before.get(name) : service.secrets.get(name);
  if (action === 'DeleteSecret') return deleteSecret(secret, body, surroundings);
  const operation = ON_SECRET[action];
  return operation && (secret ? operation(secret, body, surroundings) : notFound());
}

/** "The ARN or name of the secret" (SecretId). */
function nameOf({ secrets }: Service, id: string): string {
  if (!id.startsWith('arn:')) return id;
  return [...secrets.values()].find(({ arn }) => arn === id || arn.replace(/-[A-Za-z0-9]{6}$/, '') === id)?.name ?? id;
}

function bodyOf({ body }: EmulatedRequest): Body | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
