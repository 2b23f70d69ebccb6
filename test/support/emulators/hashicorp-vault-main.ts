import { parseArgs } from 'node:util';
import { startVaultEmulator } from './hashicorp-vault.ts';

/**
 * The Vault emulator as a process of its own, in memory, for the demo, the benchmark and kill tests. Prints its URL.
 *
 *     node dist/test/support/emulators/hashicorp-vault-main.js --port 8200 --token root --latency-ms 10 \
 *       --journal journal.jsonl --mounts secret,kv --namespaces team-a
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    token: { type: 'string', default: 'root' },
    'latency-ms': { type: 'string', default: '0' },
    journal: { type: 'string' },
    mounts: { type: 'string', default: 'secret' },
    namespaces: { type: 'string', default: '' },
    host: { type: 'string', default: '127.0.0.1' },
  },
});

const names = (text: string) => text.split(',').filter((name) => name !== '');

const emulator = await startVaultEmulator({
  port: Number(values.port),
  host: values.host,
  token: values.token,
  latencyMs: Number(values['latency-ms']),
  mounts: names(values.mounts),
  namespaces: names(values.namespaces),
  keepRecords: false,
  ...(values.journal !== undefined && { journalFile: values.journal }),
});
process.stdout.write(`${emulator.url}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    emulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
