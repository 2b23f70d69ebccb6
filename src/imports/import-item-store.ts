import type { Sql } from '../db.ts';
import type { SecretType } from '../secrets/payload/secret-type.ts';
import type { DueItem, ImportItem, ItemEnd, ItemState, LeasedImport, WantedEntry } from './import.ts';

/** How an item is shown: until its change was opened its row says, from then on the change. */
const SHOWN = `case
  when t.state = 'pending' and i.state in ('cancelling', 'cancelled', 'failed') then 'cancelled'
  when t.state <> 'opened' then t.state
  when c.state = 'applied' then 'imported'
  when c.state = 'pending_approval' then 'waiting'
  when c.state in ('approved', 'executing', 'indeterminate') then 'importing'
  else 'failed' end`;

const FROM = `from import_items t join imports i on i.id = t.import_id left join change_requests c on c.id = t.change_id`;

/** The entries that were named, in their order. */
export async function insertItems(tx: Sql, importId: string, entries: readonly WantedEntry[]): Promise<void> {
  await tx.query(
    `insert into import_items (import_id, position, entry, wanted_name, wanted_path, wanted_type)
     select $1::uuid, n, e->>'entry', e->>'name', e->>'path', e->>'type'
     from jsonb_array_elements($2::jsonb) with ordinality as given(e, n)`,
    [importId, JSON.stringify(entries)],
  );
}

/**
 * Adds entries that a listing found, each once, behind those that are there. Answers with how many there are by now, or undefined
 * when the import is no longer ours. Lock it before: two listings must not number at the same time.
 */
export async function addListed(
  tx: Sql,
  { id, leaseToken }: Pick<LeasedImport, 'id' | 'leaseToken'>,
  entries: readonly string[],
): Promise<number | undefined> {
  const ours = await tx.query(
    `select id from imports where id = $1::uuid and lease_token = $2 and state = 'listing' for update`,
    [id, leaseToken],
  );
  if (ours.length === 0) return undefined;
  const [row] = await tx.query<{ total: number }>(
    `with known as (select coalesce(max(position), 0) as last from import_items where import_id = $1::uuid),
     added as (
       insert into import_items (import_id, position, entry)
       select $1::uuid, known.last + row_number() over (), e.entry from known, unnest($2::text[]) e(entry)
       where not exists (select 1 from import_items t where t.import_id = $1::uuid and t.entry = e.entry)
       returning 1)
     select ((select count(*) from import_items where import_id = $1::uuid) + (select count(*) from added))::int as total`,
    [id, entries],
  );
  return row?.total ?? 0;
}

/** The next items whose turn it is. Only whoever holds the import's lease takes them. */
export function dueItems(db: Sql, importId: string, limit: number): Promise<DueItem[]> {
  return db.query<DueItem>(
    `select t.position, t.entry, t.wanted_name as "wantedName", t.wanted_path as "wantedPath",
       t.wanted_type as "wantedType", t.attempts
     from import_items t
     where t.import_id = $1::uuid and t.state = 'pending'
       and (t.next_attempt_at is null or t.next_attempt_at <= clock_timestamp())
     order by t.position limit $2`,
    [importId, limit],
  );
}

/** What is left of an import when no item is due. */
export interface Rest {
  /** Items that wait for a later attempt, and when the next of them is due, from now. */
  readonly pending: number;
  readonly dueInMs: number | null;
  /** Changes that were begun and have not ended. */
  readonly running: number;
}

export async function restOf(db: Sql, importId: string): Promise<Rest> {
  const [row] = await db.query<Rest>(
    `select count(*) filter (where t.state = 'pending')::int as pending,
       (extract(epoch from min(t.next_attempt_at) filter (where t.state = 'pending') - clock_timestamp()) * 1000)::int
         as "dueInMs",
       count(*) filter (where c.state in ('approved', 'executing', 'indeterminate'))::int as running
     from import_items t left join change_requests c on c.id = t.change_id where t.import_id = $1::uuid`,
    [importId],
  );
  return row ?? { pending: 0, dueInMs: null, running: 0 };
}

/** Throws a unique violation on `import_items_name` when another item of the import has that name. */
export async function endItem(db: Sql, importId: string, position: number, end: ItemEnd): Promise<void> {
  await db.query(
    `update import_items set state = $3, code = $4, path = $5, name = $6, type = $7, found = $8::jsonb, next_attempt_at = null
     where import_id = $1::uuid and position = $2 and state = 'pending'`,
    [
      importId,
      position,
      end.state,
      end.code ?? null,
      end.path ?? null,
      end.name ?? null,
      end.type ?? null,
      end.found === undefined ? null : JSON.stringify(end.found),
    ],
  );
}

export async function postponeItem(
  db: Sql,
  importId: string,
  position: number,
  later: { readonly code: string; readonly afterMs: number; readonly attempt: boolean },
): Promise<void> {
  await db.query(
    `update import_items set code = $3, attempts = attempts + case when $5 then 1 else 0 end,
       next_attempt_at = clock_timestamp() + $4::int * interval '1 millisecond'
     where import_id = $1::uuid and position = $2 and state = 'pending'`,
    [importId, position, later.code, later.afterMs, later.attempt],
  );
}

/**
 * Hands an item over to its change, in the transaction that opens the change: an item never opens two, however often it is begun.
 * False: it is no longer pending, or the import does not run any more. Throws a unique violation on `import_items_name`.
 */
export async function openItem(
  tx: Sql,
  importId: string,
  position: number,
  made: {
    readonly changeId: string;
    readonly path: string;
    readonly name: string;
    readonly type: SecretType;
    readonly found: unknown;
  },
): Promise<boolean> {
  const rows = await tx.query(
    `update import_items t set state = 'opened', code = null, change_id = $3::uuid, path = $4, name = $5, type = $6,
       found = $7::jsonb, next_attempt_at = null
     where t.import_id = $1::uuid and t.position = $2 and t.state = 'pending'
       and exists (select 1 from imports i where i.id = $1::uuid and i.state = 'running' for share)
     returning position`,
    [importId, position, made.changeId, made.path, made.name, made.type, JSON.stringify(made.found)],
  );
  return rows.length === 1;
}

/** How many items are shown in which state, by import. */
export async function countItems(
  db: Sql,
  importIds: readonly string[],
): Promise<Map<string, Partial<Record<ItemState, number>>>> {
  const rows = await db.query<{ importId: string; state: ItemState; count: number }>(
    `select t.import_id as "importId", ${SHOWN} as state, count(*)::int as count ${FROM}
     where t.import_id = any($1::uuid[]) group by 1, 2`,
    [importIds],
  );
  const counts = new Map<string, Partial<Record<ItemState, number>>>(importIds.map((id) => [id, {}]));
  for (const { importId, state, count } of rows) counts.set(importId, { ...counts.get(importId), [state]: count });
  return counts;
}

/** In their order, behind `after`. */
export function listItems(
  db: Sql,
  importId: string,
  page: { readonly state?: ItemState | undefined; readonly after: number; readonly limit: number },
): Promise<ImportItem[]> {
  return db.query<ImportItem>(
    `select * from (
       select t.position, t.entry, ${SHOWN} as state,
         case when t.state = 'opened' then case when c.state <> 'applied' then coalesce(c.code,
           case when c.state in ('failed', 'conflict', 'rejected', 'cancelled', 'expired') then c.state end) end
           else t.code end as code,
         t.path, t.name, t.type, t.found, t.change_id as "changeId", c.secret_id as "secretId", t.attempts,
         case when t.state = 'pending' then t.next_attempt_at end as "nextAttemptAt"
       ${FROM} where t.import_id = $1::uuid and t.position > $2) shown
     where $3::text is null or shown.state = $3 order by shown.position limit $4`,
    [importId, page.after, page.state ?? null, page.limit],
  );
}
