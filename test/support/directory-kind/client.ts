import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { VaultError } from '../../../adapters/vault-error.ts';
import { classify } from './errors.ts';

/** The few calls that the adapter makes. Names are file names. */
export interface Folder {
  read(name: string, operation: string): Promise<Buffer>;
  /** Replaces the whole file at once. */
  write(name: string, bytes: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
  list(operation: string): Promise<readonly string[]>;
}

export function openFolder(folder: string): Folder {
  const at = (name: string) => path.join(folder, name);
  const tried = async <T>(operation: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw classify(error, operation);
    }
  };
  return {
    read: (name, operation) => tried(operation, () => readFile(at(name))),
    write: (name, bytes) =>
      tried('write', async () => {
        const fresh = at(`.${randomUUID()}`);
        await mkdir(folder, { recursive: true });
        await writeFile(fresh, bytes, { mode: 0o600 });
        await rename(fresh, at(name));
      }),
    remove: (name) => tried('remove', () => rm(at(name), { force: true })),
    async list(operation) {
      try {
        return await tried(operation, () => readdir(folder));
      } catch (error) {
        // A folder nobody wrote to yet.
        if (error instanceof VaultError && error.code === 'not_found') return [];
        throw error;
      }
    },
  };
}
