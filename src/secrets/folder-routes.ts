import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { id, slug } from '../api/text-schemas.ts';
import type { FolderReader } from './folder-reader.ts';
import { secretPathSchema } from './secret-name.ts';

const folderSchema = z
  .object({
    path: z.string().meta({ description: 'The whole path.' }),
    secrets: z.int().meta({ description: 'Right in it.' }),
    secretsInAll: z.int().meta({ description: 'In it and in all folders below.' }),
  })
  .meta({ id: 'Folder' });

const params = z.strictObject({
  project: z.union([id, slug]).meta({ description: 'Id or slug of the project.' }),
});
/** A leading slash is how people write the top. */
const prefix = z
  .string()
  .transform((text) => text.replace(/^\//, ''))
  .pipe(secretPathSchema)
  .prefault('')
  .meta({ description: 'Folders right below this one; empty for the top.', example: '/payments' });

export function folderRoutes({ folders }: { readonly folders: FolderReader }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/projects/:project/folders',
        operationId: 'listFolders',
        tag: 'secrets',
        summary: 'Folders right below a folder, with how many of the secrets you may see are in them',
        params,
        query: z.strictObject({ ...pageQuery, prefix }),
        responses: {
          200: {
            description: 'A page',
            schema: pageSchema(folderSchema, 'FolderPage'),
            example: { items: [{ path: 'payments/live', secrets: 3, secretsInAll: 17 }], nextCursor: null },
          },
        },
        errors: ['not_found'],
        governance: 'read',
      },
      async ({ actor, params: { project }, query }) => ({
        status: 200,
        body: await folders.list(actor, project, query),
      }),
    ),
  ];
}
