import { useInfiniteQuery } from '@tanstack/react-query';
import { itemsOf } from '../../pages.ts';
import { foldersQuery, type SecretFilter } from '../../secret-queries.ts';
import { type FolderBelow, foldersIn } from './folder-tree.ts';

/** The secrets that are listed: where they lie, and whether these are all. */
export interface Listed {
  readonly paths: readonly string[];
  readonly complete: boolean;
}

/**
 * The folders right below the one that is looked at. Of a project as it is, the API knows them; where the list is narrowed
 * further or is of all projects, they are those of the secrets that are listed.
 */
export function useFolders({ project = '', path = '', ...narrowed }: SecretFilter, listed: Listed) {
  const known = project !== '' && Object.keys(narrowed).length === 0;
  const read = useInfiniteQuery({ ...foldersQuery(project, path), enabled: known });
  const folders = read.data && known ? itemsOf(read.data).map(folderBelow) : foldersIn(path, listed.paths);
  return { folders, counted: known ? read.data !== undefined : listed.complete, read: known ? read : undefined };
}

function folderBelow({ path, secretsInAll }: { readonly path: string; readonly secretsInAll: number }): FolderBelow {
  return { path, name: path.slice(path.lastIndexOf('/') + 1), count: secretsInAll };
}
