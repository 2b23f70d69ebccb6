import { isDeepStrictEqual } from 'node:util';
import type { AdapterModule } from '../../adapters/adapter.ts';
import { refusedFields, refusedPart } from './parse-part.ts';
import { settingNames } from './vault-kinds.ts';

export type Settings = Readonly<Record<string, unknown>>;

/** Settings as they are stored: those that may be shown, and the credentials, which are sealed. */
export interface SplitSettings {
  readonly plain: Settings;
  readonly credentials: Settings;
}

/** Throws `invalid_input` with pointers below `/settings` unless the kind accepts them. */
export function parseSettings(module: AdapterModule, given: Settings): SplitSettings {
  const parsed = module.settings.safeParse(given);
  if (!parsed.success) throw refusedPart(parsed.error, '/settings', settingNames(module));
  return split(module, parsed.data as Settings);
}

/**
 * Applies a change to stored settings: members replace, null removes.
 *
 * A stored credential goes only where it was meant to go: as soon as any other setting differs, every credential that the
 * new settings could still use must be in the request, else `invalid_input` names it.
 */
export function changeSettings(module: AdapterModule, stored: SplitSettings, change: Settings): SplitSettings {
  const given = split(module, change);
  const plain = merged(stored.plain, given.plain);
  const withStored = merged(stored.credentials, given.credentials);
  const kept = module.settings.safeParse({ ...plain, ...withStored });
  if (kept.success && isDeepStrictEqual(split(module, kept.data as Settings).plain, stored.plain)) {
    return split(module, kept.data as Settings);
  }
  const resent = { ...plain, ...merged({}, given.credentials) };
  const missing = Object.entries(stored.credentials).filter(
    ([name, value]) =>
      !(name in change) && (kept.success || module.settings.safeParse({ ...resent, [name]: value }).success),
  );
  const fields = missing.map(([name]) => ({
    pointer: `/settings/${name}`,
    expected: 'this credential again, because other settings change',
  }));
  if (fields.length > 0) throw refusedFields(fields);
  return parseSettings(module, resent);
}

function split(module: AdapterModule, settings: Settings): SplitSettings {
  const entries = Object.entries(settings);
  return {
    plain: Object.fromEntries(entries.filter(([name]) => !module.sensitive.includes(name))),
    credentials: Object.fromEntries(entries.filter(([name]) => module.sensitive.includes(name))),
  };
}

function merged(before: Settings, change: Settings): Settings {
  return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null));
}
