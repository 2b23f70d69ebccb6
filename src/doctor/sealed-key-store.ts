import type { Sql } from '../db.ts';

/** A place in the database whose content names the master key it needs. */
export interface KeyUse {
  /** Table and column. */
  readonly place: string;
  readonly keyIds: readonly string[];
}

interface Column {
  readonly place: string;
  readonly table: string;
  readonly column: string;
}

/** Every sealed column there is: they are told by their name, so a new one is found too. */
async function sealedColumns(tx: Sql): Promise<Column[]> {
  return tx.query<Column>(
    `select c.table_name || '.' || c.column_name as place, quote_ident(c.table_name) as table,
       quote_ident(c.column_name) as column
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.data_type = 'bytea'
       and c.column_name like 'sealed%' and c.table_name <> 'key_checks'
     order by place`,
  );
}

/**
 * Which master keys the stored content needs: the head of each envelope (`src/crypto/seal.ts`), each fingerprint and each audit
 * event. Reads whole tables. The names in the statements come from the catalogue, quoted by it.
 */
export async function listKeyUses(tx: Sql): Promise<KeyUse[]> {
  const uses: KeyUse[] = [];
  for (const { place, table, column } of await sealedColumns(tx)) {
    const sql = `select distinct encode(substring(${column} from 3 for get_byte(${column}, 1)), 'escape') as id
      from ${table} where octet_length(${column}) > 2`;
    uses.push({ place, keyIds: await ids(tx, sql) });
  }
  const fingerprints = `select distinct split_part(fingerprint, ':', 1) as id from secret_versions`;
  uses.push({ place: 'secret_versions.fingerprint', keyIds: await ids(tx, fingerprints) });
  uses.push({ place: 'audit_events', keyIds: await ids(tx, 'select distinct key_id as id from audit_events') });
  return uses.filter(({ keyIds }) => keyIds.length > 0);
}

async function ids(tx: Sql, sql: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(`${sql} order by id`);
  return rows.map(({ id }) => id);
}
