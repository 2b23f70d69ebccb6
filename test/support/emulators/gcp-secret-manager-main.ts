import { parseArgs } from 'node:util';
import { startGcpEmulator } from './gcp-secret-manager.ts';

/**
 * The Secret Manager emulator as a process of its own, in memory, for the demo, the benchmark and kill tests. Prints its
 * REST URL and its gRPC endpoint.
 *
 *     node dist/test/support/emulators/gcp-secret-manager-main.js --port 8300 --grpc-port 8301 --token token \
 *       --project test-project --latency-ms 10 --journal journal.jsonl
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'grpc-port': { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    token: { type: 'string', default: 'token' },
    project: { type: 'string', default: 'test-project' },
    'latency-ms': { type: 'string', default: '0' },
    journal: { type: 'string' },
  },
});

const emulator = await startGcpEmulator({
  port: Number(values.port),
  grpcPort: Number(values['grpc-port']),
  host: values.host,
  token: values.token,
  projectId: values.project,
  latencyMs: Number(values['latency-ms']),
  keepRecords: false,
  ...(values.journal !== undefined && { journalFile: values.journal }),
});
process.stdout.write(`${emulator.url}\nhttp://127.0.0.1:${emulator.grpc.port}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    emulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
