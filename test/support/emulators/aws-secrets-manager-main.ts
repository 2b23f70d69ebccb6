import { parseArgs } from 'node:util';
import { startAwsEmulator } from './aws-secrets-manager.ts';

/**
 * The AWS emulator as a process of its own, in memory, for the demo, the benchmark and kill tests. Prints its URL, an access key
 * id and its secret key, each on a line.
 *
 *     node dist/test/support/emulators/aws-secrets-manager-main.js --port 4566 --region eu-central-1 --account 123456789012 \
 *       --access-key-id AKIA… --secret-access-key … --latency-ms 10 --journal journal.jsonl
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    region: { type: 'string', default: 'eu-central-1' },
    account: { type: 'string', default: '123456789012' },
    'access-key-id': { type: 'string' },
    'secret-access-key': { type: 'string' },
    'latency-ms': { type: 'string', default: '0' },
    'release-ms': { type: 'string', default: '0' },
    journal: { type: 'string' },
  },
});

const { 'access-key-id': accessKeyId, 'secret-access-key': secretAccessKey } = values;

const emulator = await startAwsEmulator({
  port: Number(values.port),
  host: values.host,
  region: values.region,
  account: values.account,
  latencyMs: Number(values['latency-ms']),
  releaseMs: Number(values['release-ms']),
  keepRecords: false,
  ...(accessKeyId !== undefined && secretAccessKey !== undefined && { key: { accessKeyId, secretAccessKey } }),
  ...(values.journal !== undefined && { journalFile: values.journal }),
});
process.stdout.write(`${emulator.url}\n${emulator.key.accessKeyId}\n${emulator.key.secretAccessKey}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    emulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
