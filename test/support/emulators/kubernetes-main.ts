import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeCertificate } from '../test-certificates.ts';
import { startKubernetesEmulator } from './kubernetes.ts';

/**
 * The Kubernetes emulator as a process of its own, in memory. Prints its URL. Always over TLS: with the given pair, or
 * with one made for 127.0.0.1, whose certificate goes to `--ca-file`.
 *
 *     node dist/test/support/emulators/kubernetes-main.js --port 6443 --token admin --ca-file ca.pem --namespaces apps
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    token: { type: 'string', default: 'admin' },
    'tls-key': { type: 'string' },
    'tls-cert': { type: 'string' },
    'ca-file': { type: 'string' },
    'latency-ms': { type: 'string', default: '0' },
    journal: { type: 'string' },
    namespaces: { type: 'string', default: '' },
  },
});

const given = values['tls-key'] !== undefined && values['tls-cert'] !== undefined;
const tls = given
  ? { key: readFileSync(String(values['tls-key']), 'utf8'), cert: readFileSync(String(values['tls-cert']), 'utf8') }
  : makeCertificate({ commonName: 'kubernetes', hosts: ['127.0.0.1', 'localhost'] });
if (values['ca-file'] !== undefined) writeFileSync(values['ca-file'], tls.cert);

const emulator = await startKubernetesEmulator({
  port: Number(values.port),
  host: values.host,
  token: values.token,
  tls,
  latencyMs: Number(values['latency-ms']),
  namespaces: values.namespaces.split(',').filter((name) => name !== ''),
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
