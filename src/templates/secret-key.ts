import type { VersionSelector } from '../secrets/secret-reader.ts';
import { parseSecretReference } from '../secrets/secret-reference.ts';

/** A secret of the template's project, as `.Secrets` is asked for it. */
export interface SecretKey {
  /** The same for all spellings of one key. */
  readonly id: string;
  /** Folder, and name within it. */
  readonly path: string;
  readonly name: string;
  readonly selector: VersionSelector;
}

/** A reference to a secret; without a version it is the newest enabled one. Undefined for what no secret can be called. */
export function parseSecretKey(text: string): SecretKey | undefined {
  const reference = parseSecretReference(text);
  if (reference === undefined) return undefined;
  const { path, name, selector = 'latest_enabled' } = reference;
  return { id: `${path}/${name}@${selector}`, path, name, selector };
}

/** As people write it: `folder/name`. */
export function fullName({ path, name }: Pick<SecretKey, 'path' | 'name'>): string {
  return path === '' ? name : `${path}/${name}`;
}
