import { parseArgs } from 'node:util';
import { startScalewayEmulator } from './scaleway.ts';

/**
 * The Scaleway emulator as a process of its own, in memory. Prints its URL.
 *
 *     node dist/test/support/emulators/scaleway-main.js --port 8400 --secret-key key --region fr-par
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    'secret-key': { type: 'string', default: 'secret-key' },
    region: { type: 'string', default: 'fr-par' },
    'latency-ms': { type: 'string', default: '0' },
    journal: { type: 'string' },
  },
});

const emulator = await startScalewayEmulator({
  port: Number(values.port),
  host: values.host,
  secretKey: values['secret-key'],
  region: values.region,
  latencyMs: Number(values['latency-ms']),
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
