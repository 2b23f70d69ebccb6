import { startEmbeddedPostgres } from '../../src/setup/embedded-postgres.ts';

/*
 * Stands in for a broker in tests of the embedded database: a process that owns the data folder named by its argument
 * until it is killed (abruptly) or gets SIGTERM (properly). Prints one JSON line when it is up or refused.
 */
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  const server = await startEmbeddedPostgres({
    dataDir: process.argv[2] ?? '',
    tell: (line) => process.stderr.write(`${line}\n`),
    onLost: () => process.exit(3),
    settings: { fsync: 'off' },
  });
  const hold = setInterval(() => {}, 60_000);
  process.once('SIGTERM', () => {
    clearInterval(hold);
    void server.stop();
  });
  say({ url: server.url });
} catch (error) {
  say({ refused: error instanceof Error ? error.message : 'unknown' });
  process.exitCode = 1;
}
