import type { Secret, VersionSelector } from '../client/keyferry.ts';
import { CliError, EXIT } from './exit-codes.ts';
import type { Session } from './session.ts';

/** How a secret is named on the command line: `name`, `folder/name`, `name@3`, or an id. */
export interface SecretRef {
  readonly path: string;
  readonly name: string;
  readonly version: VersionSelector;
  /** Behind `#`: one field. */
  readonly field: string | undefined;
}

const REF =
  /^(?:(?<path>[^@#]+)\/)?(?<name>[^@#/]+)(?:@(?<version>[1-9]\d{0,8}|latest|latest_enabled))?(?:#(?<field>.+))?$/;
const ID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Reads a reference. Throws when it is none. */
export function parseSecretRef(text: string): SecretRef {
  const { path = '', name, version = 'latest_enabled', field } = REF.exec(text)?.groups ?? {};
  if (name === undefined) {
    throw new CliError(
      EXIT.usage,
      `${JSON.stringify(text)} does not name a secret.`,
      'Write name, folder/name or name@3.',
    );
  }
  return { path, name, version: /^\d/.test(version) ? Number(version) : (version as VersionSelector), field };
}

/** `folder/name`. */
export function fullName({ path, name }: { readonly path: string; readonly name: string }): string {
  return path === '' ? name : `${path}/${name}`;
}

/** The secret that a reference names, in the project of the session or by its id. */
export async function findSecret(session: Session, ref: string): Promise<{ secret: Secret; ref: SecretRef }> {
  const parsed = parseSecretRef(ref);
  const secret = ID.test(parsed.name)
    ? await session.kf.secrets.get(parsed.name)
    : await session.kf.secrets.find(session.project, parsed.name, parsed.path);
  return { secret, ref: parsed };
}
