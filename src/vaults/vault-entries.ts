import type { VaultKind } from '../../adapters/adapter.ts';
import { loadAdapterModule } from '../../adapters/registry.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import type { Page } from '../api/lists.ts';
import type { Db, Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { createKeptListings } from './kept-listings.ts';
import { claimedEntry } from './remote-entry.ts';
import type { Vault, VaultPool, VaultRef } from './vault.ts';
import type { VaultEntryQuery, VaultEntryView } from './vault-entry-schemas.ts';
import { toAppError } from './vault-failure.ts';

/** What lies in vaults, as their profiles see it: names, never values. */
export interface VaultEntries {
  /**
   * A page of the entries below a prefix, in the order of their paths. Needs `vault.administer`. Throws `profile_disabled`, and
   * what the vault said when it does not list.
   */
  list(actor: Actor, profileId: string, query: VaultEntryQuery): Promise<Page<VaultEntryView>>;
}

export function createVaultEntries({ db, pool }: { readonly db: Db; readonly pool: VaultPool }): VaultEntries {
  const listings = createKeptListings();
  return {
    async list(actor, profileId, { prefix, cursor, limit }) {
      authorize(actor, 'vault.administer');
      const profile = await findListedProfile(db, actor.organizationId, profileId);
      if (profile === undefined) throw notFound('vault profile');
      if (!profile.enabled) throw new AppError('profile_disabled', 'The vault profile is disabled.');
      const after = cursor === undefined ? '' : decodeCursor(cursor);
      const key = JSON.stringify([profile.profileId, profile.vaultRevision, profile.attributes, prefix]);
      const known = cursor === undefined ? undefined : listings.find(key);
      const at = { prefix, after, count: limit + 1 };
      const keeping = { most: listings.most, keep: (all: readonly string[]) => listings.keep(key, all) };
      const paths =
        known === undefined ? await pathsAfter(await openVault(pool, profile), at, keeping) : pageOfKept(known, at);
      const page = paths.slice(0, limit);
      const last = page.at(-1);
      const more = paths.length > limit && last !== undefined;
      return { items: await withOwners(db, profile, page), nextCursor: more ? encodeCursor(last) : null };
    },
  };
}

interface ListedProfile extends VaultRef {
  readonly enabled: boolean;
  readonly place: string;
  readonly kind: VaultKind;
}

async function findListedProfile(db: Sql, organizationId: string, id: string): Promise<ListedProfile | undefined> {
  const [row] = await db.query<ListedProfile>(
    `select p.id as "profileId", p.enabled, p.place, p.attributes, p.concurrency, p.rate_per_second as "ratePerSecond",
       w.id as "vaultId", w.revision as "vaultRevision", w.kind
     from vault_profiles p join vaults w on w.id = p.vault_id
     where p.organization_id = $1::uuid and p.id = $2::uuid`,
    [organizationId, id],
  );
  return row;
}

async function openVault(pool: VaultPool, profile: ListedProfile): Promise<Vault> {
  try {
    return await pool.open(profile);
  } catch (error) {
    throw error instanceof VaultError ? toAppError(error) : error;
  }
}

/**
 * The first paths behind `after`. Vaults list in an order of their own and cannot begin in the middle, so everything is
 * listed; only a page of it is returned, and what is not too much is kept for the pages behind it.
 */
async function pathsAfter(
  vault: Vault,
  at: { readonly prefix: string; readonly after: string; readonly count: number },
  keeping: { readonly most: number; keep(paths: readonly string[]): void },
): Promise<readonly string[]> {
  let first: string[] = [];
  let all: string[] | undefined = [];
  const tidy = () => {
    first = first.sort(byCodeUnits).slice(0, at.count);
  };
  try {
    for await (const path of vault.list(at.prefix)) {
      if (all !== undefined && all.push(path) > keeping.most) all = undefined;
      if (path > at.after) first.push(path);
      if (first.length >= at.count * 4) tidy();
    }
  } catch (error) {
    throw error instanceof VaultError ? toAppError(error) : error;
  }
  tidy();
  if (all !== undefined && first.length === at.count) keeping.keep(all.sort(byCodeUnits));
  return first;
}

function pageOfKept(paths: readonly string[], { after, count }: { readonly after: string; readonly count: number }) {
  const start = paths.findIndex((path) => path > after);
  return start < 0 ? [] : paths.slice(start, start + count);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Which of them hold secrets of this organization. */
async function withOwners(db: Sql, profile: ListedProfile, paths: readonly string[]): Promise<VaultEntryView[]> {
  const module = await loadAdapterModule(profile.kind);
  const attributes = module.attributes.parse(profile.attributes);
  const entries = paths.map((path) => claimedEntry(module, attributes, path));
  const rows = await db.query<{ entry: string; secretId: string }>(
    `select r.entry, r.secret_id as "secretId" from remote_entries r
     join vault_profiles p on p.id = r.profile_id join vault_profiles mine on mine.id = $3::uuid
     where r.place = $1 and r.entry = any($2::text[]) and p.organization_id = mine.organization_id`,
    [profile.place, entries, profile.profileId],
  );
  const owners = new Map(rows.map((row) => [row.entry, row.secretId]));
  return paths.map((path, index) => ({ path, secretId: owners.get(entries[index] ?? '') ?? null }));
}

function encodeCursor(path: string): string {
  return Buffer.from(path).toString('base64url');
}

function decodeCursor(text: string): string {
  const path = Buffer.from(text, 'base64url').toString('utf8');
  if (!/^[A-Za-z0-9_.\-/]{1,1024}$/.test(path))
    throw invalidField('/query/cursor', 'the nextCursor of the page before');
  return path;
}
