import { createAdminToken } from '../access/bootstrap.ts';
import { loadConfig } from '../config.ts';
import { checkKeys } from '../crypto/key-check.ts';
import { createKeyring, parseMasterKeys } from '../crypto/keyring.ts';
import { connectDb } from '../db.ts';
import { createLog } from '../log.ts';
import { openInstallation } from './open-installation.ts';
import { reportStartupError } from './startup-error.ts';

/* Makes a new administrator token, for whoever holds the machine and its master key. The broker must not be running on an
 * embedded database meanwhile; on an external one it may. */
try {
  const config = loadConfig();
  const installation = await openInstallation(config, createLog('warn'), () => process.exit(1));
  const keyring = createKeyring(parseMasterKeys(installation.masterKey));
  const db = connectDb({ url: installation.databaseUrl, poolSize: 1 });
  try {
    await checkKeys(db, keyring);
    const { token } = await createAdminToken(db, keyring);
    process.stdout.write(`Administrator token (shown this once, keep it safe):\n  ${token}\n`);
  } finally {
    await db.close();
    await installation.stop();
  }
} catch (error) {
  reportStartupError(error);
  process.exitCode = 1;
}
