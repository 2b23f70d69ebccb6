import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { releaseRemovals } from './delete-fuse-store.ts';

/** What a release came to. */
export interface FuseRelease {
  readonly profileId: string;
  /** Removals that may begin now. */
  readonly released: number;
  /** Copies whose removal stays held. */
  readonly held: number;
}

export type FuseService = ReturnType<typeof createFuseService>;

/** Lets removals go that the fuse of a vault profile holds. */
export function createFuseService({ keyring }: { readonly keyring: Keyring }) {
  return {
    /**
     * Exactly `release` of them, the oldest targets first; more than are held is an error, so that nobody lets go what was
     * not looked at. Needs `vault.administer`. Throws `invalid_transition` when the fuse holds fewer. Ring for the profile once
     * it is committed.
     */
    async release(
      actor: Actor,
      tx: Sql,
      profileId: string,
      { release: count, reason }: { readonly release: number; readonly reason: string },
    ): Promise<FuseRelease> {
      authorize(actor, 'vault.administer');
      const held = await releaseRemovals(tx, actor.organizationId, profileId, count);
      if (held === undefined) throw notFound('vault profile');
      if (held < count) {
        throw new AppError('invalid_transition', `The fuse holds ${held} removals.`, { facts: { held } });
      }
      await appendAudit(tx, keyring, actor, [
        {
          action: 'vault_profile.fuse_released',
          objectType: 'vault_profile',
          objectId: profileId,
          details: { released: count, held: held - count, reason },
        },
      ]);
      return { profileId, released: count, held: held - count };
    },
  };
}
