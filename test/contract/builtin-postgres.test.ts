import { randomBytes } from 'node:crypto';
import { createKeyring } from '../../src/crypto/keyring.ts';
import { connectDb } from '../../src/db.ts';
import { newId } from '../../src/ports.ts';
import { createBuiltinRows } from '../../src/vaults/builtin-rows.ts';
import { createTestDatabase } from '../support/template-db.ts';
import { addBuiltinVault } from '../support/vault-rows.ts';
import { runContract } from './contract.ts';
import { builtinTarget } from './targets/builtin.ts';

const target = builtinTarget('rows in PostgreSQL', 'builtin pg', async () => {
  const database = await createTestDatabase();
  const db = connectDb({ url: database.url, poolSize: 10 });
  const keyring = createKeyring([{ id: 'k1', bytes: randomBytes(32) }]);
  const organizationId = newId();
  const vaultId = await addBuiltinVault(db, organizationId);
  return {
    rows: createBuiltinRows(db, keyring, () => organizationId),
    vaultId,
    async stop() {
      await db.close();
      await database.drop();
    },
  };
});

runContract(target);
