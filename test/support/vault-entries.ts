import { decodeFields } from '../../adapters/lib/encode-fields.ts';
import type { VaultEmulator } from './emulators/hashicorp-vault.ts';
import type { JournalEntry } from './emulators/journal.ts';

/** What an emulated vault holds, asked over its own HTTP and without any code of the broker. */
export interface VaultEntry {
  readonly version: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, Buffer>>;
}

async function ask(vault: VaultEmulator, method: string, route: string, body?: unknown): Promise<Response> {
  return fetch(`${vault.url}/v1/secret/${route}`, {
    method,
    headers: { 'x-vault-token': vault.token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The live entry at a path, or one of its versions; undefined when there is none. */
export async function entryAt(vault: VaultEmulator, path: string, version?: number): Promise<VaultEntry | undefined> {
  const response = await ask(vault, 'GET', `data/${path}${version === undefined ? '' : `?version=${version}`}`);
  if (response.status === 404) return undefined;
  const { data } = (await response.json()) as {
    data: {
      data: Record<string, unknown>;
      metadata: { version: number; custom_metadata: Record<string, string> | null };
    };
  };
  const fields: Record<string, Buffer> = {};
  for (const [name, value] of decodeFields(data.data)) fields[name] = Buffer.from(value.reveal());
  return { version: data.metadata.version, labels: data.metadata.custom_metadata ?? {}, fields };
}

/** The answer to a read of the live entry, as it goes over the wire. */
export async function rawEntry(vault: VaultEmulator, path: string): Promise<unknown> {
  return (await ask(vault, 'GET', `data/${path}`)).json();
}

/** The text of one field of the live entry. */
export async function textAt(vault: VaultEmulator, path: string, field = 'value'): Promise<string | undefined> {
  return (await entryAt(vault, path))?.fields[field]?.toString('utf8');
}

/** Somebody else writes there, without any marker. */
export async function putForeign(vault: VaultEmulator, path: string, data: Record<string, string>): Promise<void> {
  const response = await ask(vault, 'POST', `data/${path}`, { data });
  if (!response.ok) throw new Error(`the emulator answered ${response.status}`);
}

/** Whether anything at all is left of a path: also removed versions that could be brought back. */
export async function isKnown(vault: VaultEmulator, path: string): Promise<boolean> {
  return (await ask(vault, 'GET', `metadata/${path}`)).status === 200;
}

/** What the vault applied at a path, in order. */
export function appliedAt(vault: VaultEmulator, path: string, kind?: string): JournalEntry[] {
  return vault.journal.filter(
    (entry) => entry.path === `secret/${path}` && (kind === undefined || entry.kind === kind),
  );
}
