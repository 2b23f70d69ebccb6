import type { Secret, VersionSelector } from '../client/keyferry.ts';
import { CliError, EXIT } from './exit-codes.ts';
import { type Session, SHARED } from './session.ts';

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

/** The folder and the name of `folder/name`. */
export function splitName(full: string): { readonly path: string; readonly name: string } {
  const at = full.lastIndexOf('/');
  return { path: at < 0 ? '' : full.slice(0, at), name: full.slice(at + 1) };
}

/**
 * The secret that a reference names, in the project of the session or by its id: the customer's, or one that all share.
 *
 * @param fallback the shared one where the customer has none
 */
export async function findSecret(
  session: Session,
  ref: string,
  fallback = false,
): Promise<{ secret: Secret; ref: SecretRef }> {
  const parsed = parseSecretRef(ref);
  if (ID.test(parsed.name)) return { secret: await session.kf.secrets.get(parsed.name), ref: parsed };
  const { customer } = session;
  const query = { path: parsed.path, customer, ...(fallback && customer !== undefined && { fallback }) };
  const params = { project: session.project, name: parsed.name };
  return { secret: await session.kf.call('getSecretByName', { params, query }), ref: parsed };
}

/** Every secret of the project that is meant by the session: the customer's, or those that all share; also while a change of it waits. */
export async function* meantSecrets(
  session: Session,
  { path, fallback = false }: { readonly path?: string | undefined; readonly fallback?: boolean | undefined } = {},
): AsyncGenerator<Secret> {
  const { kf, customer } = session;
  const project = (await kf.projects.get(session.project)).id;
  const query = { project, path, limit: 200 };
  const own = new Set<string>();
  if (customer !== undefined) {
    for await (const secret of kf.secrets.list({ ...query, customer })) {
      own.add(fullName(secret));
      yield secret;
    }
    if (!fallback) return;
  }
  for await (const secret of kf.secrets.list({ ...query, customer: SHARED })) {
    if (!own.has(fullName(secret))) yield secret;
  }
}
