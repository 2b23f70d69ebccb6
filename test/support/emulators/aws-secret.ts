import { createHash } from 'node:crypto';
import { awsError } from './aws-answers.ts';
import type { EmulatedAnswer } from './emulated-request.ts';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_STAGES = 20;

export interface Version {
  /** `SecretString`, or `SecretBinary` in base64. */
  readonly content: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly stages: readonly string[];
}

/** Replaced whole on every change, so that an answer can be made without keeping its effect. Times in milliseconds. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
  readonly versions: ReadonlyMap<string, Version>;
  readonly createdAt: number;
  readonly changedAt: number;
  /** When it will be gone. */
  readonly deletionAt: number | undefined;
}

export interface Outcome {
  readonly answer: EmulatedAnswer;
  /** What becomes of the secret; `secret` is `undefined` when it goes. */
  readonly change?: {
    readonly kind: string;
    readonly name: string;
    readonly secret: Secret | undefined;
    readonly version?: string | undefined;
  };
}

/** The ARN ends with a hyphen and six characters that AWS chooses (CreateSecret, ARN). */
export function arnOf(region: string, account: string, name: string, now: number): string {
  const tail = createHash('sha256').update(`${name} ${now}`).digest('base64url').replace(/[-_]/g, 'x').slice(0, 6);
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${tail}`;
}

export function notFound(what = 'the specified secret'): Outcome {
  return { answer: awsError('ResourceNotFoundException', `Secrets Manager can't find ${what}.`) };
}

export function invalid(message: string): Outcome {
  return { answer: awsError('InvalidParameterException', message) };
}

export function markedForDeletion(): Outcome {
  const message = "You can't perform this operation on the secret because it was marked for deletion.";
  return { answer: awsError('InvalidRequestException', message) };
}

export function holderOf(secret: Secret, stage: string): string | undefined {
  return [...secret.versions].find(([, { stages }]) => stages.includes(stage))?.[0];
}

/**
 * "Each staging label can be attached to only one version at a time"; "whenever you move AWSCURRENT, Secrets Manager
 * automatically moves the label AWSPREVIOUS to the version that AWSCURRENT was removed from" (UpdateSecretVersionStage).
 */
export function attach(secret: Secret, id: string, stages: readonly string[]): Secret {
  const before = holderOf(secret, CURRENT);
  const previous = stages.includes(CURRENT) && before !== undefined && before !== id ? before : undefined;
  const versions = new Map(
    [...secret.versions].map(([other, version]) => {
      const kept = version.stages.filter(
        (stage) => !stages.includes(stage) && !(previous !== undefined && stage === PREVIOUS),
      );
      const added = [...(other === id ? stages : []), ...(other === previous ? [PREVIOUS] : [])];
      return [other, { ...version, stages: [...kept, ...added].sort() }] as const;
    }),
  );
  return { ...secret, versions };
}

export function tooManyStages(secret: Secret): boolean {
  return [...secret.versions.values()].reduce((sum, { stages }) => sum + stages.length, 0) > MAX_STAGES;
}

export function sameContent(one: Version, content: Readonly<Record<string, string>>): boolean {
  return one.content.SecretString === content.SecretString && one.content.SecretBinary === content.SecretBinary;
}

/** Dates are seconds since 1970 on the wire. */
export function seconds(ms: number): number {
  return ms / 1000;
}
