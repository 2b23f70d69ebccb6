import type { Actor } from '../access/actor.ts';
import { authorize, reachWith } from '../access/permissions.ts';
import { decodeCursor, encodeCursor, type Page, pageOf } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import { notFound } from '../errors.ts';
import { listSecrets, type SecretFilter, type SecretSort } from './catalog-store.ts';
import { type ExpiringSecret, listExpiring } from './expiring-store.ts';
import type { Secret } from './secret.ts';
import { resolveVersion, type VersionSelector } from './secret-reader.ts';
import type { SecretView, VersionView } from './secret-schemas.ts';
import { findSecret, listVersions, type SecretRef, secretAlong, secretOfJson } from './secret-store.ts';
import { secretView, versionView } from './secret-views.ts';

/** Where a page starts and how long it is. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export type SecretCatalog = ReturnType<typeof createSecretCatalog>;

/** What is known of secrets without their values. Needs `secret.list` in the secret's project. */
export function createSecretCatalog({ db }: { readonly db: Sql }) {
  const find = async (actor: Actor, ref: SecretRef): Promise<Secret> =>
    visible(actor, await findSecret(db, actor.organizationId, ref));

  const visible = (actor: Actor, secret: Secret | undefined): Secret => {
    if (secret === undefined) throw notFound('secret');
    authorize(actor, 'secret.list', secret);
    return secret;
  };

  return {
    async get(actor: Actor, ref: SecretRef): Promise<SecretView> {
      return secretView(await find(actor, ref));
    },

    /** {@link get} of a secret that is read along with the token, and its answer. */
    along: secretAlong,
    show: (actor: Actor, found: unknown): SecretView => secretView(visible(actor, secretOfJson(found))),

    /** Secrets of every project the actor may see. */
    async list(actor: Actor, filter: SecretFilter & PageRequest & { sort: SecretSort }): Promise<Page<SecretView>> {
      const { limit, cursor, sort } = filter;
      const within = reachWith(actor, 'secret.list');
      const after = decodeCursor(cursor, sort);
      const rows = await listSecrets(db, actor.organizationId, within, filter, sort, after, limit + 1);
      const page = pageOf(rows, limit, (last) => ({ sort, key: last.sortKey, id: last.id }));
      return { items: page.items.map(secretView), nextCursor: page.nextCursor };
    },

    /** What ends within so many days, of every project the actor may see; the first to end comes first. */
    expiring: (actor: Actor, days: number, limit: number): Promise<ExpiringSecret[]> =>
      listExpiring(db, actor.organizationId, reachWith(actor, 'secret.list'), days, limit),

    async getVersion(actor: Actor, ref: SecretRef, selector: VersionSelector): Promise<VersionView> {
      const secret = await find(actor, ref);
      return versionView(actor, secret, await resolveVersion(db, { secret, head: null }, selector));
    },

    /** Newest first. */
    async listVersions(actor: Actor, ref: SecretRef, { limit, cursor }: PageRequest): Promise<Page<VersionView>> {
      const secret = await find(actor, ref);
      const before = decodeCursor(cursor, 'version')?.key;
      const rows = await listVersions(db, secret.id, before === undefined ? undefined : Number(before), limit + 1);
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return {
        items: items.map((version) => versionView(actor, secret, version)),
        nextCursor: more ? encodeCursor({ sort: 'version', key: String(last.version), id: secret.id }) : null,
      };
    },
  };
}
