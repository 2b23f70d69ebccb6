import { mkdir } from 'node:fs/promises';

/**
 * Creates the data folder. Only its owner may list it; root leaves the way through open, because PostgreSQL, which
 * refuses to run as root, has its folder inside.
 */
export async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}
