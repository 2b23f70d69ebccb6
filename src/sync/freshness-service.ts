import { Gauge, type Registry } from 'prom-client';
import { type Actor, systemActor } from '../access/actor.ts';
import { authorizeAnywhere } from '../access/permissions.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, Sql } from '../db.ts';
import { notFound } from '../errors.ts';
import type { Log } from '../log.ts';
import { countStale, type FreshnessTurn, findFreshness, turnFreshness } from './freshness-store.ts';

export interface FreshnessView {
  objectiveSeconds: number | null;
  lagSeconds: number;
  staleSince: string | null;
}

export type FreshnessService = ReturnType<typeof createFreshnessService>;

/** How long copies are out of step, per profile, and what somebody promised about that. */
export function createFreshnessService(deps: { readonly db: Db; readonly keyring: Keyring; readonly log: Log }) {
  const { db, keyring, log } = deps;
  return {
    async get(actor: Actor, profileId: string): Promise<FreshnessView> {
      authorizeAnywhere(actor, 'vault.read');
      const found = await findFreshness(db, actor.organizationId, profileId);
      if (found === undefined) throw notFound('vault profile');
      const { objectiveSeconds, lagSeconds, staleSince } = found;
      return {
        objectiveSeconds,
        lagSeconds: Math.round(lagSeconds * 10) / 10,
        staleSince: staleSince?.toISOString() ?? null,
      };
    },

    /** A chore: says once when a profile begins to miss its objective, and once when it meets it again. */
    async watch(): Promise<void> {
      const turned = await db.transaction(async (tx) => {
        const turns = await turnFreshness(tx);
        for (const [organizationId, own] of byOrganization(turns)) {
          await appendAudit(tx, keyring, systemActor(organizationId, 'freshness'), own.map(eventOf));
        }
        return turns;
      });
      for (const { profileId, stale } of turned) {
        if (stale) log.warn({ profileId }, 'copies are out of step for longer than the profile allows');
        else log.info({ profileId }, 'copies are as fresh as the profile asks again');
      }
    },
  };
}

function eventOf({ profileId, stale, objectiveSeconds }: FreshnessTurn) {
  return {
    action: stale ? ('vault_profile.stale' as const) : ('vault_profile.fresh' as const),
    objectType: 'vault_profile',
    objectId: profileId,
    details: { objectiveSeconds },
  };
}

/** In one order everywhere: whoever holds one chain waits for the next. */
function byOrganization(turns: readonly FreshnessTurn[]): [string, FreshnessTurn[]][] {
  const groups = new Map<string, FreshnessTurn[]>();
  for (const turn of turns) groups.set(turn.organizationId, [...(groups.get(turn.organizationId) ?? []), turn]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Read at each scrape. */
export function measureFreshness(registry: Registry, db: Sql): void {
  new Gauge({
    name: 'keyferry_stale_profiles',
    help: 'Vault profiles with a copy out of step for longer than their objective',
    registers: [registry],
    async collect() {
      this.set(await countStale(db).catch(() => Number.NaN));
    },
  });
}
