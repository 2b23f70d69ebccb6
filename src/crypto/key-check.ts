import type { Sql } from '../db.ts';
import { StartupError } from '../setup/startup-error.ts';
import { INSTALLATION, type Keyring } from './keyring.ts';
import { seal, unseal } from './seal.ts';

const CONSTANT = Buffer.from('keyferry key check');

/**
 * Proves that the configured master keys are the ones this database was written with, and answers with the ids that were
 * proved. Writes nothing.
 *
 * Throws when a known key does not open its check or the ring lacks every known key.
 */
export async function proveKeys(db: Sql, keyring: Keyring): Promise<readonly string[]> {
  const known = await db.query<{ key_id: string; sealed: Buffer }>('select key_id, sealed from key_checks');
  const checked = known.filter((row) => keyring.keyIds.includes(row.key_id));
  for (const row of checked) {
    try {
      unseal(keyring, placeOf(row.key_id), row.sealed);
    } catch {
      throw new StartupError(`master key "${row.key_id}" is not the key this database was written with`);
    }
  }
  if (known.length > 0 && checked.length === 0) {
    throw new StartupError(
      `this database was written with other master keys: ${known.map((row) => row.key_id).join(', ')}`,
    );
  }
  return checked.map((row) => row.key_id);
}

/** {@link proveKeys}, at start; then an active key seen for the first time is recorded. */
export async function checkKeys(db: Sql, keyring: Keyring): Promise<void> {
  const proved = await proveKeys(db, keyring);
  if (!proved.includes(keyring.activeKeyId)) {
    await db.query('insert into key_checks (key_id, sealed) values ($1, $2) on conflict (key_id) do nothing', [
      keyring.activeKeyId,
      seal(keyring, placeOf(keyring.activeKeyId), CONSTANT),
    ]);
  }
}

function placeOf(keyId: string) {
  return { purpose: 'key-check', organizationId: INSTALLATION, table: 'key_checks', rowId: keyId } as const;
}
