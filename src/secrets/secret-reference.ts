import { secretNameSchema, secretPathSchema } from './secret-name.ts';
import type { VersionSelector } from './secret-reader.ts';

/** A secret of some project and one of its versions, as people write it: `folder/name@3`. */
export interface SecretReference {
  /** Folder, and name within it. */
  readonly path: string;
  readonly name: string;
  /** Undefined: nothing was said. */
  readonly selector: VersionSelector | undefined;
}

const REFERENCE = /^(?:(.+)\/)?([^/@]+)(?:@(latest|latest_enabled|[1-9][0-9]{0,8}))?$/;

/** `name` or `folder/name`, either with `@3`, `@latest` or `@latest_enabled` behind it. Undefined for what no secret can be called. */
export function parseSecretReference(text: string): SecretReference | undefined {
  const [, path = '', name = '', version] = REFERENCE.exec(text) ?? [];
  if (!secretNameSchema.safeParse(name).success || !secretPathSchema.safeParse(path).success) return undefined;
  return { path, name, selector: version === undefined ? undefined : selectorOf(version) };
}

/** A selector that was checked: a number, `latest` or `latest_enabled`. */
export function selectorOf(text: string): VersionSelector {
  return text === 'latest' || text === 'latest_enabled' ? text : Number(text);
}
