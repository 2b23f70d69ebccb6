import type { Actor } from '../access/actor.ts';
import { actorView } from '../access/actor-view.ts';
import { authorize, projectsWith } from '../access/permissions.ts';
import { decodeCursor, type Page, pageOf } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import { invalidField, notFound } from '../errors.ts';
import { type Import, type ImportItem, ITEM_STATES, type ItemState } from './import.ts';
import { digestOfChanges } from './import-change-store.ts';
import { countItems, listItems } from './import-item-store.ts';
import type { ImportDetailView, ImportItemQuery, ImportItemView, ImportQuery, ImportView } from './import-schemas.ts';
import { findImport, listImports } from './import-store.ts';

export type ImportReader = ReturnType<typeof createImportReader>;

/** Looks at imports. Needs `change.read` in the project, as change requests do. */
export function createImportReader({ db }: { readonly db: Sql }) {
  const find = async (actor: Actor, id: string): Promise<Import> => {
    const one = await findImport(db, actor.organizationId, id);
    if (one === undefined) throw notFound('import');
    authorize(actor, 'change.read', one.projectId);
    return one;
  };

  return {
    async detail(actor: Actor, id: string): Promise<ImportDetailView> {
      const one = await find(actor, id);
      const [counts, digest] = await Promise.all([countItems(db, [id]), digestOfChanges(db, id)]);
      return { ...importView(one, counts.get(id)), digest };
    },

    /** Resolves when the import has ended, the time is over or `signal` fires. */
    async ended(actor: Actor, id: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
      const deadline = performance.now() + timeoutMs;
      while (performance.now() < deadline && !signal.aborted && (await find(actor, id)).endedAt === null) {
        await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      }
    },

    /** Newest first. */
    async list(actor: Actor, query: ImportQuery): Promise<Page<ImportView>> {
      const after = decodeCursor(query.cursor, 'id');
      const filter = { profileId: query.profileId, before: after?.id, limit: query.limit + 1 };
      const rows = await listImports(db, actor.organizationId, projectsWith(actor, 'change.read'), filter);
      const page = pageOf(rows, query.limit, (last) => ({ sort: 'id', id: last.id }));
      const counts = await countItems(
        db,
        page.items.map((one) => one.id),
      );
      return { items: page.items.map((one) => importView(one, counts.get(one.id))), nextCursor: page.nextCursor };
    },

    /** In the order of the entries. */
    async items(actor: Actor, id: string, query: ImportItemQuery): Promise<Page<ImportItemView>> {
      const one = await find(actor, id);
      const after = positionIn(query.cursor, id);
      const rows = await listItems(db, one.id, { state: query.state, after, limit: query.limit + 1 });
      const page = pageOf(rows, query.limit, (last) => ({ sort: 'position', key: String(last.position), id }));
      return { items: page.items.map(itemView), nextCursor: page.nextCursor };
    },
  };
}

const STEP_MS = 100;

function positionIn(cursor: string | undefined, importId: string): number {
  const after = decodeCursor(cursor, 'position');
  if (after === undefined) return 0;
  if (after.id !== importId || !/^[0-9]{1,9}$/.test(after.key ?? '')) {
    throw invalidField('/query/cursor', 'the nextCursor of a page of this import');
  }
  return Number(after.key);
}

export function importView(one: Import, counted: Partial<Record<ItemState, number>> = {}): ImportView {
  const { id, projectId, profileId, preview, prefix, marker, onCollision, state, code, comment } = one;
  const counts = Object.fromEntries(ITEM_STATES.map((each) => [each, counted[each] ?? 0])) as Record<ItemState, number>;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    ...{ id, projectId, profileId, dryRun: preview, prefix, marker, onCollision, state, code, comment },
    counts: { total, ...counts },
    requester: actorView(one.requester),
    nextAttemptAt: one.nextAttemptAt?.toISOString() ?? null,
    createdAt: one.createdAt.toISOString(),
    updatedAt: one.updatedAt.toISOString(),
    endedAt: one.endedAt?.toISOString() ?? null,
  };
}

function itemView({ changeId, nextAttemptAt, found, ...item }: ImportItem): ImportItemView {
  return {
    ...item,
    found: found as ImportItemView['found'],
    changeRequestId: changeId,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  };
}
