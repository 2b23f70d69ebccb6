import type { Secret, SecretContent } from '../../client/keyferry.ts';
import { environmentName } from '../environment-name.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { readProject } from '../read-project.ts';
import { findSecret, fullName, type SecretRef } from '../secret-ref.ts';
import type { Session } from '../session.ts';

/** What a command asked for: `NAME=reference` pairs, or everything. */
export interface Wanted {
  readonly env: readonly string[];
  readonly file: readonly string[];
  readonly all: boolean;
  /** Only below this folder, with `all`. */
  readonly folder: string | undefined;
  /** The shared secret where the customer has none. */
  readonly fallback: boolean;
}

/** A value and where the command finds it. */
export interface PlacedValue {
  /** Name of the variable, or of the file and the variable that holds its path. */
  readonly variable: string;
  readonly as: 'env' | 'file';
  /** For people: the secret, its version and field. */
  readonly label: string;
  readonly bytes: Buffer;
}

/** Values and the versions they are of. */
export interface LoadedValues {
  readonly values: readonly PlacedValue[];
  /** Newest enabled version by secret id, of those that are not pinned. */
  readonly versions: ReadonlyMap<string, number>;
}

const WORDS = { leftOut: 'Left out', readOnce: 'What may be read once has to be named, with --env or --file.' };
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads what is wanted. Every read is recorded. Throws when two values want the same place. */
export async function loadValues(session: Session, wanted: Wanted): Promise<LoadedValues> {
  const values: PlacedValue[] = [];
  const versions = new Map<string, number>();
  const take = async (secret: Secret, ref: SecretRef, as: 'env' | 'file', name: string) => {
    const params = { secretId: secret.id, version: ref.version };
    const content = await session.kf.call('getVersionContent', { params, query: { field: ref.field } });
    if (typeof ref.version !== 'number') versions.set(secret.id, content.version);
    values.push(...placed(secret, content, ref.field, as, name));
  };
  for (const as of ['env', 'file'] as const) {
    for (const pair of wanted[as]) {
      const at = pair.indexOf('=');
      const name = pair.slice(0, at);
      if (at < 1 || !VARIABLE.test(name)) {
        throw new CliError(
          EXIT.usage,
          `--${as} takes NAME=secret.`,
          `For example --${as} DB_PASSWORD=db-login#password`,
        );
      }
      const { secret, ref } = await findSecret(session, pair.slice(at + 1), wanted.fallback);
      await take(secret, ref, as, name);
    }
  }
  if (wanted.all) {
    for (const { secret, content } of await readProject(session, { ...wanted, words: WORDS })) {
      versions.set(secret.id, content.version);
      values.push(...placed(secret, content, undefined, 'env', undefined));
    }
  }
  assertApart(values);
  return { values, versions };
}

/** Has one of the secrets a newer enabled version? */
export async function hasChanged({ kf }: Session, { versions }: LoadedValues): Promise<boolean> {
  for (const [id, version] of versions) {
    const { latestEnabledVersion } = await kf.secrets.get(id);
    if (latestEnabledVersion !== null && latestEnabledVersion !== version) return true;
  }
  return false;
}

function placed(
  secret: Secret,
  content: SecretContent,
  field: string | undefined,
  as: 'env' | 'file',
  name: string | undefined,
): PlacedValue[] {
  const fields = Object.entries(content.payload);
  const chosen = field === undefined ? fields : fields.filter(([given]) => given === field);
  if (chosen.length === 0) {
    const names = fields.map(([given]) => given).join(', ');
    throw new CliError(EXIT.notFound, `${fullName(secret)} has no field ${field}.`, `It has: ${names}.`);
  }
  const alone = field !== undefined || fields.length === 1;
  return chosen.map(([given, value]) => ({
    variable:
      name === undefined ? environmentName(fullName(secret), given) : alone ? name : environmentName(name, given, true),
    as,
    label: `${fullName(secret)}@${content.version}${given === 'value' ? '' : `#${given}`}`,
    bytes: typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64'),
  }));
}

function assertApart(values: readonly PlacedValue[]): void {
  const seen = new Map<string, string>();
  for (const { variable, label, as, bytes } of values) {
    const other = seen.get(variable);
    if (other !== undefined)
      throw new CliError(EXIT.usage, `${label} and ${other} both want to be ${variable}.`, 'Name them with --env.');
    seen.set(variable, label);
    if (as === 'env' && bytes.includes(0)) {
      throw new CliError(
        EXIT.usage,
        `${label} cannot be an environment variable: it holds a zero byte.`,
        `Use --file ${variable}=…`,
      );
    }
  }
}
