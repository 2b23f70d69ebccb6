import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import type { Capabilities, KnownVaultKind, VaultAdapter } from '../../adapters/adapter.ts';
import { loadAdapterModule } from '../../adapters/registry.ts';
import { adapterPorts } from './adapter-ports.ts';
import type { JournalEntry } from './emulators/journal.ts';
import { type Program, startProgram } from './process.ts';

/** Kinds with an emulator that runs as a process of its own. */
export const PROCESS_KINDS = [
  'hashicorp-vault',
  'aws-secrets-manager',
  'gcp-secret-manager',
  'kubernetes',
  'scaleway',
] as const satisfies readonly KnownVaultKind[];
export type ProcessKind = (typeof PROCESS_KINDS)[number];

/** A vault of some kind as a process of its own, which outlives the brokers that a test kills. */
export interface MixedVaultProcess extends Program {
  readonly kind: ProcessKind;
  readonly capabilities: Capabilities;
  /** `settings` of `POST /v1/vaults`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `attributes` of `POST /v1/vault-profiles`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What it applied so far, in order, as its journal file says. */
  journal(): readonly JournalEntry[];
  /** An adapter of the test's own on the same entries. */
  open(): Promise<VaultAdapter>;
}

interface Login {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Emulator {
  readonly args: readonly string[];
  /** Everything it prints when it is ready. */
  readonly lines: number;
  login(printed: readonly string[]): Login;
}

const PROJECT_ID = '11111111-2222-4333-8444-555555555555';

function emulatorOf(kind: ProcessKind, folder: string): Emulator {
  switch (kind) {
    case 'hashicorp-vault':
      return {
        args: ['--token=root'],
        lines: 1,
        login: ([address]) => ({ settings: { address, authMethod: 'token', token: 'root' }, attributes: {} }),
      };
    case 'aws-secrets-manager':
      return {
        args: ['--region=eu-central-1'],
        lines: 3,
        login: ([endpoint, accessKeyId, secretAccessKey]) => ({
          settings: { region: 'eu-central-1', endpoint, authMethod: 'keys', accessKeyId, secretAccessKey },
          attributes: {},
        }),
      };
    case 'gcp-secret-manager':
      return {
        args: ['--token=token', '--project=test-project'],
        lines: 2,
        login: ([, endpoint]) => ({
          settings: { projectId: 'test-project', endpoint, authMethod: 'accessToken', accessToken: 'token' },
          attributes: {},
        }),
      };
    case 'kubernetes': {
      const caFile = path.join(folder, 'kubernetes-ca.pem');
      return {
        args: ['--token=admin', '--namespaces=team-a', `--ca-file=${caFile}`],
        lines: 1,
        login: ([address]) => ({
          settings: { address, caCert: readFileSync(caFile, 'utf8'), authMethod: 'token', token: 'admin' },
          attributes: { namespace: 'team-a' },
        }),
      };
    }
    case 'scaleway':
      return {
        args: ['--secret-key=secret-key', '--region=fr-par'],
        lines: 1,
        login: ([endpoint]) => ({
          settings: { endpoint, region: 'fr-par', projectId: PROJECT_ID, secretKey: 'secret-key' },
          attributes: {},
        }),
      };
  }
}

/** @param folder for its journal and, with Kubernetes, its certificate */
export async function startMixedVault(
  kind: ProcessKind,
  { folder, latencyMs }: { readonly folder: string; readonly latencyMs: number },
): Promise<MixedVaultProcess> {
  const journalFile = path.join(folder, `${kind}.jsonl`);
  const emulator = emulatorOf(kind, folder);
  const program = startProgram(`test/support/emulators/${kind}-main.js`, {
    args: [...emulator.args, `--latency-ms=${latencyMs}`, `--journal=${journalFile}`],
  });
  const [printed] = await program.says(new RegExp(`^http(?:.*\\n){${emulator.lines}}`));
  const { settings, attributes } = emulator.login(printed.trim().split('\n'));
  const module = await loadAdapterModule(kind);
  return {
    ...program,
    kind,
    capabilities: module.capabilities,
    settings,
    attributes,
    journal: followJournal(journalFile),
    open: () => module.open(module.settings.parse(settings), module.attributes.parse(attributes), adapterPorts()),
  };
}

/** Reads only what was appended since the last time. */
function followJournal(file: string): () => readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  let offset = 0;
  return () => {
    if (!existsSync(file)) return entries;
    const descriptor = openSync(file, 'r');
    try {
      const fresh = Buffer.alloc(fstatSync(descriptor).size - offset);
      readSync(descriptor, fresh, 0, fresh.length, offset);
      const complete = fresh.subarray(0, fresh.lastIndexOf('\n') + 1);
      offset += complete.length;
      const lines = complete.toString('utf8').split('\n').filter(Boolean);
      entries.push(...lines.map((line) => JSON.parse(line) as JournalEntry));
      return entries;
    } finally {
      closeSync(descriptor);
    }
  };
}
