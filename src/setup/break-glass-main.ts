import { grantBreakGlass } from '../access/break-glass.ts';
import { loadConfig } from '../config.ts';
import { checkKeys } from '../crypto/key-check.ts';
import { createKeyring, parseMasterKeys } from '../crypto/keyring.ts';
import { connectDb } from '../db.ts';
import { createLog } from '../log.ts';
import { openInstallation } from './open-installation.ts';
import { reportStartupError, StartupError } from './startup-error.ts';

/* Gives a person the right to override, for whoever holds the machine and its master key. The broker must not be running on
 * an embedded database meanwhile; on an external one it may. */
const [organization, email] = process.argv.slice(2);
if (organization === undefined || email === undefined) {
  process.stderr.write('usage: npm run break-glass -- <slug of the organization> <e-mail address of the person>\n');
  process.exit(2);
}
try {
  const config = loadConfig();
  const installation = await openInstallation(config, createLog('warn'), () => process.exit(1));
  const keyring = createKeyring(parseMasterKeys(installation.masterKey));
  const db = connectDb({ url: installation.databaseUrl, poolSize: 1 });
  try {
    await checkKeys(db, keyring);
    const given = await grantBreakGlass(db, keyring, organization, email);
    if (given === 'nobody') throw new StartupError(`No enabled person of "${organization}" has this e-mail address.`);
    process.stdout.write(given === 'given' ? 'They may override from now on.\n' : 'They may override already.\n');
  } finally {
    await db.close();
    await installation.stop();
  }
} catch (error) {
  reportStartupError(error);
  process.exitCode = 1;
}
