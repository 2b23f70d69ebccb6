import { proveKeys } from '../crypto/key-check.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import { StartupError } from '../setup/startup-error.ts';
import { type Finding, findingsOf } from './finding.ts';
import { listKeyUses } from './sealed-key-store.ts';

const { ok, warn, fail } = findingsOf('keys');

const LOOK_MS = 20_000;
/** PostgreSQL's query_canceled. */
const TOO_LONG = '57014';

/** Whether the configured master keys are those of this database, and all that its content needs. */
export async function checkMasterKeys(db: Db, keyring: Keyring): Promise<Finding[]> {
  return [await proof(db, keyring), ...(await uses(db, keyring))];
}

async function proof(db: Db, keyring: Keyring): Promise<Finding> {
  try {
    const proved = await proveKeys(db, keyring);
    return proved.includes(keyring.activeKeyId)
      ? ok('active key', `"${keyring.activeKeyId}" is a key of this database.`)
      : ok('active key', `"${keyring.activeKeyId}" is new; the next start records it.`);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    return fail('active key', `${error.message}.`, 'Configure the keys this database was written with.');
  }
}

async function uses(db: Db, keyring: Keyring): Promise<Finding[]> {
  try {
    const found = await db.transaction(async (tx) => {
      await tx.query(`set local statement_timeout = ${LOOK_MS}`);
      return listKeyUses(tx);
    });
    const missing = new Map<string, string[]>();
    for (const { place, keyIds } of found) {
      for (const id of keyIds.filter((each) => !keyring.keyIds.includes(each))) {
        missing.set(id, [...(missing.get(id) ?? []), place]);
      }
    }
    if (missing.size === 0) return [ok('content', 'Every key that stored content names is configured.')];
    const next = 'Add the key from your backup to KEYFERRY_MASTER_KEY: what it sealed does not open without it.';
    return [...missing].map(([id, places]) =>
      fail(`key "${id}"`, `Not configured; named by ${places.join(', ')}.`, next),
    );
  } catch (error) {
    if ((error as { code?: unknown }).code !== TOO_LONG) throw error;
    return [warn('content', 'There is too much to look through it all.', 'Run it again when the database is idle.')];
  }
}
