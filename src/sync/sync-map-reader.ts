import type { Actor } from '../access/actor.ts';
import { authorizeAnywhere, reachWith } from '../access/permissions.ts';
import { decodeCursor, type Page, pageOf } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import { listSecrets } from '../secrets/catalog-store.ts';
import { countOutcomes } from './outcome-store.ts';
import type { MapRowView, RateView, SyncMapQuery, WaitingView } from './sync-map-schemas.ts';
import { countWaiting, listCells, type MapCell } from './sync-map-store.ts';

/** All copies at a glance: secrets by vault profiles. */
export interface SyncMapReader {
  /** Secrets the actor may see, by name, each with its copies. */
  rows(actor: Actor, query: SyncMapQuery): Promise<Page<MapRowView>>;
  /** How many copies wait at each profile of the organization, by their state. Needs `vault.read`. */
  waiting(actor: Actor): Promise<WaitingView[]>;
  /** What came of copies within the last minute, at each profile where anything did. Needs `vault.read`. */
  rates(actor: Actor): Promise<{ seconds: number; items: RateView[] }>;
}

const RATE_SECONDS = 60;

export function createSyncMapReader({ db }: { readonly db: Sql }): SyncMapReader {
  return {
    async rows(actor, { limit, cursor, ...filter }) {
      const within = reachWith(actor, 'secret.list');
      const after = decodeCursor(cursor, 'name');
      const found = await listSecrets(db, actor.organizationId, within, filter, 'name', after, limit + 1);
      const page = pageOf(found, limit, (last) => ({ sort: 'name', key: last.sortKey, id: last.id }));
      const ids = page.items.map(({ id }) => id);
      const cells = ids.length === 0 ? [] : await listCells(db, actor.organizationId, ids);
      const bySecret = new Map<string, Omit<MapCell, 'secretId'>[]>(ids.map((id) => [id, []]));
      for (const { secretId, ...copy } of cells) bySecret.get(secretId)?.push(copy);
      return {
        items: page.items.map(({ id, projectId, path, name, sourceProfileId, headVersion }) => ({
          secretId: id,
          projectId,
          path,
          name,
          sourceProfileId,
          latestVersion: headVersion === 0 ? null : headVersion,
          copies: bySecret.get(id) ?? [],
        })),
        nextCursor: page.nextCursor,
      };
    },

    async waiting(actor) {
      authorizeAnywhere(actor, 'vault.read');
      const byProfile = new Map<string, { states: Record<string, number>; lagSeconds: number }>();
      for (const { profileId, state, count, lagSeconds } of await countWaiting(db, actor.organizationId)) {
        const profile = byProfile.get(profileId) ?? { states: {}, lagSeconds: 0 };
        profile.states[state] = count;
        profile.lagSeconds = Math.max(profile.lagSeconds, lagSeconds);
        byProfile.set(profileId, profile);
      }
      return [...byProfile].map(([profileId, profile]) => ({ profileId, ...profile }));
    },

    async rates(actor) {
      authorizeAnywhere(actor, 'vault.read');
      return { seconds: RATE_SECONDS, items: await countOutcomes(db, actor.organizationId, RATE_SECONDS) };
    },
  };
}
