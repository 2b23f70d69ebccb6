import { existsSync, readFileSync } from 'node:fs';
import type { JournalEntry } from './emulators/journal.ts';
import { type Program, startProgram } from './process.ts';

/** A Vault emulator as a process of its own, which outlives the brokers that a test kills. */
export interface VaultProcess extends Program {
  readonly url: string;
  readonly token: string;
  /** What it applied, in order, as its journal file says; empty without one. */
  journal(): readonly JournalEntry[];
  /** The entry at `path` below the mount `secret`, asked of the vault itself; undefined when it holds none. */
  read(path: string, version?: number): Promise<VaultContent | undefined>;
}

export interface VaultContent {
  readonly version: number;
  /** Fields as stored, see `adapters/lib/encode-fields`. */
  readonly data: Readonly<Record<string, string>>;
}

const TOKEN = 'root';

export async function startVaultProcess(
  options: { readonly journalFile?: string; readonly latencyMs?: number } = {},
): Promise<VaultProcess> {
  const { journalFile, latencyMs } = options;
  const program = startProgram('test/support/emulators/hashicorp-vault-main.js', {
    args: [
      `--token=${TOKEN}`,
      ...(journalFile === undefined ? [] : [`--journal=${journalFile}`]),
      ...(latencyMs === undefined ? [] : [`--latency-ms=${latencyMs}`]),
    ],
  });
  const [, url = ''] = await program.says(/(http:\S+)\n/);
  return {
    ...program,
    url,
    token: TOKEN,
    journal: () => (journalFile === undefined || !existsSync(journalFile) ? [] : readJournal(journalFile)),
    read: (path, version) => readEntry(url, path, version),
  };
}

function readJournal(file: string): JournalEntry[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry);
}

async function readEntry(url: string, path: string, version = 0): Promise<VaultContent | undefined> {
  const answer = await fetch(`${url}/v1/secret/data/${path}?version=${version}`, {
    headers: { 'x-vault-token': TOKEN },
  });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`the vault answers ${answer.status}`);
  const { data } = (await answer.json()) as { data: { data: Record<string, string>; metadata: { version: number } } };
  return { version: data.metadata.version, data: data.data };
}
