import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Config, Surroundings } from '../config.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warn, fail } = findingsOf('data folder');

const OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;
const LITTLE_BYTES = 1_000_000_000;

/** The files of this installation: who may read them, and whether there is room. */
export async function checkDataFolder(
  config: Pick<Config, 'dataDir' | 'databaseUrl' | 'masterKey'>,
  { KEYFERRY_MASTER_KEY_FILE: keyFile }: Surroundings,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (config.databaseUrl === undefined) findings.push(...(await folderFindings(config.dataDir)));
  if (keyFile) findings.push(await keyFinding('KEYFERRY_MASTER_KEY_FILE', keyFile));
  else if (config.masterKey === undefined)
    findings.push(await keyFinding('master.key', path.join(config.dataDir, 'master.key')));
  return findings;
}

async function folderFindings(dataDir: string): Promise<Finding[]> {
  const folder = await stat(dataDir).catch(() => undefined);
  if (folder === undefined) {
    return [warn('folder', `${dataDir} does not exist: nothing was installed here yet.`, 'Run: npm start')];
  }
  const open = (folder.mode & WRITABLE_BY_OTHERS) !== 0;
  const access = open
    ? fail('folder', `${dataDir} can be written by others.`, `Run: chmod go-w ${dataDir}`)
    : ok('folder', `Only its owner writes to ${dataDir}.`);
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const gigabytes = (free / 1e9).toFixed(1);
  const room =
    free < LITTLE_BYTES
      ? warn('room', `${gigabytes} GB are free.`, 'Make room: a database on a full disk stops.')
      : ok('room', `${gigabytes} GB are free.`);
  return [access, room];
}

async function keyFinding(check: string, file: string): Promise<Finding> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) {
    return warn(check, `${file} does not exist.`, 'A first start makes it; later, put it back from your backup.');
  }
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  return (found.mode & OTHERS) === 0
    ? ok(check, `Only its owner reads ${file} (${mode}).`)
    : fail(check, `${file} can be read by others (${mode}).`, `Run: chmod 600 ${file}`);
}
