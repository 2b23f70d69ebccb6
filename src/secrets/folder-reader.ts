import type { Actor } from '../access/actor.ts';
import { reachWith } from '../access/permissions.ts';
import { decodeCursor, type Page, pageOf } from '../api/lists.ts';
import type { Db } from '../db.ts';
import { notFound } from '../errors.ts';
import { findProject } from '../projects/project-store.ts';
import { type Folder, listFolders } from './folder-store.ts';

export type FolderReader = ReturnType<typeof createFolderReader>;

/** Browsing a project. Folders are nothing by themselves: they are there while something lies in them. */
export function createFolderReader({ db }: { readonly db: Db }) {
  return {
    /** Throws `not_found` for the project. What the actor may not see is neither listed nor counted. */
    async list(
      actor: Actor,
      project: string,
      {
        prefix,
        limit,
        cursor,
      }: { readonly prefix: string; readonly limit: number; readonly cursor?: string | undefined },
    ): Promise<Page<Folder>> {
      const { organizationId } = actor;
      const found = await findProject(await db.prisma(), organizationId, project);
      if (found === null) throw notFound('project');
      const sort = 'folder';
      const after = decodeCursor(cursor, sort)?.key;
      const room = { organizationId, projectId: found.id };
      const rows = await listFolders(db, room, reachWith(actor, 'secret.list'), {
        ...{ parent: prefix, after, limit: limit + 1 },
      });
      return pageOf(rows, limit, ({ path }) => ({ sort, key: path.slice(path.lastIndexOf('/') + 1), id: found.id }));
    },
  };
}
