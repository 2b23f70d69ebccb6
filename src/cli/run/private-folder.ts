import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A folder that nobody else can look into. */
export interface PrivateFolder {
  write(name: string, content: Uint8Array): Promise<string>;
  /** Removes it with all that is in it. */
  remove(): void;
}

/** In memory where the system offers that, so that values do not reach a disk. */
export async function createPrivateFolder(): Promise<PrivateFolder> {
  const folder = await make('/dev/shm').catch(() => make(os.tmpdir()));
  return {
    async write(name, content) {
      const file = path.join(folder, name);
      await writeFile(file, content, { mode: 0o600 });
      return file;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** `mkdtemp` makes it with mode 0700. */
function make(base: string): Promise<string> {
  return mkdtemp(path.join(base, 'keyferry-run-'));
}
