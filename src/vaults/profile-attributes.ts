import type { AdapterModule } from '../../adapters/adapter.ts';
import { refusedPart } from './parse-part.ts';
import { attributeNames } from './vault-kinds.ts';
import type { Settings } from './vault-settings.ts';

/** Attributes with all defaults. Throws `invalid_input` with pointers below `/attributes` unless the kind accepts them. */
export function parseAttributes(module: AdapterModule, given: Settings): Settings {
  const parsed = module.attributes.safeParse(given);
  if (!parsed.success) throw refusedPart(parsed.error, '/attributes', attributeNames(module));
  return parsed.data as Settings;
}

/** Applies a change: members replace, null removes. */
export function changeAttributes(module: AdapterModule, stored: Settings, change: Settings): Settings {
  const merged = Object.entries({ ...stored, ...change }).filter(([, value]) => value !== null);
  return parseAttributes(module, Object.fromEntries(merged));
}
