import type { Reach } from '../access/permissions.ts';
import { withinReach } from '../access/reach-sql.ts';
import type { Sql } from '../db.ts';

/** A folder with how many secrets lie in it, and in it and all folders below. */
export interface Folder {
  readonly path: string;
  readonly secrets: number;
  readonly secretsInAll: number;
}

/**
 * Folders right below `parent` (`''`: the top) in which a live secret that people keep lies, itself or deeper, by name (bytes), behind the folder
 * called `after`. Reads what lies below `parent`, because that is what it counts.
 */
export function listFolders(
  db: Sql,
  room: { readonly organizationId: string; readonly projectId: string },
  reach: 'all' | Reach,
  { parent, after, limit }: { readonly parent: string; readonly after: string | undefined; readonly limit: number },
): Promise<Folder[]> {
  const below = parent === '' ? '' : `${parent}/`;
  const params: unknown[] = [room.organizationId, room.projectId, below, after ?? '', limit];
  const use = (value: unknown) => `$${params.push(value)}`;
  // '0' follows '/': by bytes everything below a folder lies between them.
  const inside =
    parent === '' ? `s.path <> ''` : `s.path collate "C" > $3 and s.path collate "C" < left($3, -1) || '0'`;
  const where = [
    `s.organization_id = $1::uuid and s.project_id = $2::uuid and s.state in ('active', 'pending_approval', 'failed')
       and s.system_owner is null`,
    inside,
    ...withinReach('s', reach, use),
  ];
  return db.query<Folder>(
    `select $3::text || f.name as path, count(*) filter (where f.path = $3 || f.name)::int as secrets,
       count(*)::int as "secretsInAll"
     from (select s.path, split_part(substr(s.path, length($3::text) + 1), '/', 1) collate "C" as name from secrets s
       where ${where.join(' and ')}) f
     where f.name > $4 group by f.name order by f.name limit $5`,
    params,
  );
}
