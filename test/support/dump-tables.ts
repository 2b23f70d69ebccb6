import pg from 'pg';
import type { Haystack } from './canaries.ts';

/** Every row of every table there is, the queue's too: as text (binary columns in hex), and each binary value by itself. */
export async function dumpTables(databaseUrl: string): Promise<Haystack> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string; binary: string[] }>(
      `select format('%I.%I', t.table_schema, t.table_name) as name,
         array(select quote_ident(c.column_name) from information_schema.columns c
           where c.table_schema = t.table_schema and c.table_name = t.table_name and c.data_type = 'bytea') as binary
       from information_schema.tables t
       where t.table_type = 'BASE TABLE' and t.table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const dump: [string, string][] = [];
    for (const { name, binary } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      dump.push([name, rows.map(({ row }) => row).join('\n')]);
      for (const column of binary) {
        const { rows: values } = await client.query<{ value: Buffer | null }>(`select ${column} as value from ${name}`);
        const texts = values.flatMap(({ value }) =>
          value === null ? [] : [value.toString('latin1'), value.toString('utf8')],
        );
        dump.push([`${name}.${column}`, texts.join('\n')]);
      }
    }
    return dump;
  } finally {
    await client.end();
  }
}
