import type { BuiltinHead, EntryPath, Labels } from '../../adapters/adapter.ts';
import type { Sql } from '../db.ts';

/** What a write has to know first. */
export interface WriteState {
  readonly entry: BuiltinHead | null;
  /** The version this operation made already. */
  readonly done: { readonly version: number; readonly sealed: Uint8Array | null } | null;
}

/** A version to be stored; without `labels` the entry keeps its own. */
export interface BuiltinVersionRow {
  readonly vaultId: string;
  readonly path: EntryPath;
  readonly version: number;
  readonly operationId: string;
  readonly sealed: Uint8Array;
  readonly labels: Labels | undefined;
}

export async function findHead(db: Sql, vaultId: string, path: EntryPath): Promise<BuiltinHead | undefined> {
  const [row] = await db.query<BuiltinHead>(
    'select head as version, removed, labels from builtin_entries where vault_id = $1::uuid and path = $2',
    [vaultId, path],
  );
  return row;
}

/** Null when there is no such version or its content was destroyed. */
export async function findSealed(
  db: Sql,
  vaultId: string,
  path: EntryPath,
  version: number,
): Promise<Uint8Array | null> {
  const [row] = await db.query<{ sealed: Uint8Array | null }>(
    'select sealed from builtin_versions where vault_id = $1::uuid and path = $2 and version = $3::bigint',
    [vaultId, path, version],
  );
  return row?.sealed ?? null;
}

export async function findWriteState(
  db: Sql,
  vaultId: string,
  path: EntryPath,
  operationId: string,
): Promise<WriteState> {
  const [row] = await db.query<Nullable<BuiltinHead> & { done: number | null; sealed: Uint8Array | null }>(
    `select e.head as version, e.removed, e.labels, v.version as done, v.sealed
     from (select $1::uuid as vault_id, $2::text as path) asked
     left join builtin_entries e using (vault_id, path)
     left join builtin_versions v on v.vault_id = asked.vault_id and v.path = asked.path and v.operation_id = $3`,
    [vaultId, path, operationId],
  );
  if (row === undefined) throw new Error('a select without a from clause of tables gave no row');
  const { version, removed, labels, done, sealed } = row;
  return {
    entry: version === null ? null : { version, removed: removed ?? false, labels: labels ?? {} },
    done: done === null ? null : { version: done, sealed },
  };
}

/** Stores the first version. Returns the labels, or `undefined`, changing nothing, when there is an entry by now. */
export async function addEntry(db: Sql, row: BuiltinVersionRow): Promise<Labels | undefined> {
  const [stored] = await db.query<{ labels: Labels }>(
    `with entry as (
       insert into builtin_entries (vault_id, path, head, labels)
       values ($1::uuid, $2, $3::int, coalesce($6::jsonb, '{}')) on conflict do nothing returning labels),
     version as (
       insert into builtin_versions (vault_id, path, version, operation_id, sealed)
       select $1::uuid, $2, $3::int, $4, $5::bytea from entry)
     select labels from entry`,
    paramsOf(row),
  );
  return stored?.labels;
}

/** Stores the version after `seen`. Returns the labels, or `undefined`, changing nothing, when the entry has moved. */
export async function addVersion(db: Sql, row: BuiltinVersionRow, seen: BuiltinHead): Promise<Labels | undefined> {
  const [stored] = await db.query<{ labels: Labels }>(
    `with entry as (
       update builtin_entries set head = $3::int, removed = false, labels = coalesce($6::jsonb, labels)
       where vault_id = $1::uuid and path = $2 and head = $7::int and removed = $8::boolean returning labels),
     version as (
       insert into builtin_versions (vault_id, path, version, operation_id, sealed)
       select $1::uuid, $2, $3::int, $4, $5::bytea from entry)
     select labels from entry`,
    [...paramsOf(row), seen.version, seen.removed],
  );
  return stored?.labels;
}

function paramsOf({ vaultId, path, version, operationId, sealed, labels }: BuiltinVersionRow): unknown[] {
  return [vaultId, path, version, operationId, sealed, labels === undefined ? null : JSON.stringify(labels)];
}

/** False, changing nothing, when another version is the newest. */
export async function markRemoved(db: Sql, vaultId: string, path: EntryPath, ifVersion?: number): Promise<boolean> {
  const [row] = await db.query<{ gone: boolean }>(
    `with changed as (
       update builtin_entries set removed = true
       where vault_id = $1::uuid and path = $2 and ($3::bigint is null or head = $3::bigint) returning 1)
     select exists (select from changed)
       or not exists (select from builtin_entries where vault_id = $1::uuid and path = $2) as gone`,
    [vaultId, path, ifVersion ?? null],
  );
  return row?.gone === true;
}

/** Deletes entry and versions. False, changing nothing, when another version is the newest. */
export async function removeForGood(tx: Sql, vaultId: string, path: EntryPath, ifVersion?: number): Promise<boolean> {
  const [entry] = await tx.query<{ head: number }>(
    'select head from builtin_entries where vault_id = $1::uuid and path = $2 for update',
    [vaultId, path],
  );
  if (entry === undefined) return true;
  if (ifVersion !== undefined && entry.head !== ifVersion) return false;
  await tx.query('delete from builtin_versions where vault_id = $1::uuid and path = $2', [vaultId, path]);
  await tx.query('delete from builtin_entries where vault_id = $1::uuid and path = $2', [vaultId, path]);
  return true;
}

export async function labelEntry(
  db: Sql,
  vaultId: string,
  path: EntryPath,
  labels: Labels,
  ifVersion?: number,
): Promise<BuiltinHead | undefined> {
  const [row] = await db.query<BuiltinHead>(
    `update builtin_entries set labels = $3::jsonb
     where vault_id = $1::uuid and path = $2 and not removed and ($4::bigint is null or head = $4::bigint)
     returning head as version, removed, labels`,
    [vaultId, path, JSON.stringify(labels), ifVersion ?? null],
  );
  return row;
}

export async function recoverEntry(db: Sql, vaultId: string, path: EntryPath): Promise<BuiltinHead | undefined> {
  const [row] = await db.query<BuiltinHead>(
    `update builtin_entries set removed = false where vault_id = $1::uuid and path = $2
     returning head as version, removed, labels`,
    [vaultId, path],
  );
  return row;
}

export async function destroyVersion(db: Sql, vaultId: string, path: EntryPath, version: number): Promise<void> {
  await db.query(
    'update builtin_versions set sealed = null where vault_id = $1::uuid and path = $2 and version = $3::bigint',
    [vaultId, path, version],
  );
}

/** Live paths below the prefix, after `cursor`, in the database's order. */
export async function listPaths(
  db: Sql,
  vaultId: string,
  prefix: EntryPath,
  cursor: string,
  limit: number,
): Promise<EntryPath[]> {
  const rows = await db.query<{ path: EntryPath }>(
    `select path from builtin_entries
     where vault_id = $1::uuid and not removed and path > $3 and ($2 = '' or starts_with(path, $2 || '/'))
     order by path limit $4::int`,
    [vaultId, prefix, cursor, limit],
  );
  return rows.map((row) => row.path);
}

type Nullable<T> = { [Key in keyof T]: T[Key] | null };
