import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { StartupError } from '../startup-error.ts';

/** Whom PostgreSQL runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** In order of preference; `nobody` exists practically everywhere. */
const CANDIDATES = ['postgres', 'nobody'] as const;

function lookUp(name: string): Account | undefined {
  const ask = (flag: string) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    const account = { name, uid: ask('-u'), gid: ask('-g') };
    return account.uid > 0 ? account : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `undefined` when we are a normal user and run it ourselves. PostgreSQL refuses to run as root, so root lends it another
 * account: the owner of `existing` if there is one already, else the first of the usual ones.
 */
export function accountFor(existing: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(existing)) {
    const { uid, gid } = statSync(existing);
    if (uid !== 0) return { name: `uid ${uid}`, uid, gid };
  }
  for (const name of CANDIDATES) {
    const account = lookUp(name);
    if (account) return account;
  }
  throw new StartupError(
    `PostgreSQL does not run as root and there is no account ${CANDIDATES.join(' or ')}. Start as a normal user, or set DATABASE_URL.`,
  );
}

/** What `spawn` needs to run as the account. */
export function runAs(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/** Can the account reach this folder through all its parents? */
export function canEnter(account: Account, folder: string): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...runAs(account), cwd: '/', stdio: 'ignore' }).status === 0
  );
}
