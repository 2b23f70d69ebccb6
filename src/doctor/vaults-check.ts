import { VaultError } from '../../adapters/vault-error.ts';
import type { VaultPool } from '../vaults/vault.ts';
import { toAppError } from '../vaults/vault-failure.ts';
import type { VaultProbe } from '../vaults/vault-probe.ts';
import { type ClockReading, judgeClock } from './clock.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { ProfileToAsk } from './vault-profile-store.ts';

const { ok, warn, fail } = findingsOf('vaults');

const AT_ONCE = 8;
const DAY_MS = 86_400_000;
const SOON_DAYS = 21;

const NEXT: Partial<Record<VaultError['code'], string>> = {
  unauthenticated: 'Give the vault a new credential: PATCH /v1/vaults/{id}.',
  permission_denied:
    'Grant the least rights of README, "Vaults"; a private address must be listed in KEYFERRY_VAULT_ALLOW.',
  unavailable: 'Check that the vault runs and that this machine reaches it.',
  timeout: 'Check that the vault runs and that this machine reaches it.',
  invalid_argument: 'Look at the settings of the vault and the attributes of the profile.',
};

/** How vaults are asked; `probe` is for the address of one. */
export interface VaultTools {
  readonly pool: Pick<VaultPool, 'open'>;
  readonly probe: (address: string) => Promise<VaultProbe>;
  readonly now: number;
}

/** Asks the vault behind each enabled profile: is it there, does it accept the login, are all rights granted? */
export async function checkVaults(profiles: readonly ProfileToAsk[], tools: VaultTools): Promise<Finding[]> {
  if (profiles.length === 0) return [ok('profiles', 'There are none yet.')];
  const asked = await eachOf(profiles, (profile) => ask(profile, tools));
  const addresses = [...new Set(profiles.filter(({ enabled }) => enabled).flatMap(({ address }) => address ?? []))];
  const probed = await eachOf(addresses.filter(isUrl), async (address) =>
    lookedAt(address, await tools.probe(address), tools),
  );
  return [...asked, ...probed.flat()];
}

async function ask({ label, enabled, kind, ...ref }: ProfileToAsk, { pool }: VaultTools): Promise<Finding> {
  if (!enabled) return ok(label, 'Disabled: it was not called.');
  try {
    const missing = await (await pool.open(ref)).check();
    if (missing.length === 0) return ok(label, `${kind} answers, accepts the login and grants every right.`);
    const rights = missing.map(({ right, needed }) => `${right} (to ${needed})`).join(', ');
    return fail(label, `${kind} does not grant: ${rights}.`, 'Grant them; README, "Vaults" has the least rights.');
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    const next = NEXT[error.code] ?? 'Look into the log of the vault.';
    return fail(label, `${toAppError(error).message} (${error.code})`, next);
  }
}

function lookedAt(address: string, { clock, certificateEnds }: VaultProbe, { now }: VaultTools): Finding[] {
  const { host } = new URL(address);
  const reading: ClockReading[] = clock === undefined ? [] : [{ ...clock, whose: host, resolutionMs: 1_000 }];
  return [...reading.map(judgeClock), ...(certificateEnds === undefined ? [] : [judgeEnd(host, certificateEnds, now)])];
}

function judgeEnd(host: string, ends: Date, now: number): Finding {
  const days = Math.floor((ends.getTime() - now) / DAY_MS);
  const date = ends.toISOString().slice(0, 10);
  const next = 'Renew the certificate of the vault.';
  if (days < 0) return fail(`TLS ${host}`, `Its certificate ended on ${date}.`, next);
  if (days < SOON_DAYS) return warn(`TLS ${host}`, `Its certificate ends on ${date}, in ${days} days.`, next);
  return ok(`TLS ${host}`, `Its certificate lasts until ${date}.`);
}

function isUrl(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

/** All, {@link AT_ONCE} at a time, answers in the order of the items. */
async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) answers[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  return answers;
}
