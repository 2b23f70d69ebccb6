import { secretNameSchema, secretPathSchema } from '../secrets/secret-name.ts';
import type { VersionSelector } from '../secrets/secret-reader.ts';

/** A secret of the template's project, as `.Secrets` is asked for it. */
export interface SecretKey {
  /** The same for all spellings of one key. */
  readonly id: string;
  /** Folder, and name within it. */
  readonly path: string;
  readonly name: string;
  readonly selector: VersionSelector;
}

const KEY = /^(?:(.+)\/)?([^/@]+)(?:@(latest|latest_enabled|[1-9][0-9]{0,8}))?$/;

/**
 * `name`, `folder/name`, either with `@3`, `@latest` or `@latest_enabled` behind it; without one it is the newest enabled
 * version. Undefined for what no secret can be called.
 */
export function parseSecretKey(text: string): SecretKey | undefined {
  const [, path = '', name = '', version = 'latest_enabled'] = KEY.exec(text) ?? [];
  if (!secretNameSchema.safeParse(name).success || !secretPathSchema.safeParse(path).success) return undefined;
  const selector = version === 'latest' || version === 'latest_enabled' ? version : Number(version);
  return { id: `${path}/${name}@${version}`, path, name, selector };
}

/** As people write it: `folder/name`. */
export function fullName({ path, name }: Pick<SecretKey, 'path' | 'name'>): string {
  return path === '' ? name : `${path}/${name}`;
}
