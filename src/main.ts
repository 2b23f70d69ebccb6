import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startWorkers } from '../workers/start-workers.ts';
import { type AdminToken, bootstrapInstallation } from './access/bootstrap.ts';
import { createApp } from './api/app.ts';
import { serve } from './api/serve.ts';
import { type Broker, composeBroker } from './compose.ts';
import { type Config, loadConfig } from './config.ts';
import { createFailpoint } from './failpoint.ts';
import { createLog, type Log } from './log.ts';
import { openInstallation } from './setup/open-installation.ts';
import { packageRoot } from './setup/package-root.ts';
import { reportStartupError } from './setup/startup-error.ts';
import { shutDownOnSignal } from './shutdown.ts';
import { configuredTracing } from './tracing/configured-tracing.ts';

/* The API process; with `KEYFERRY_ROLE=all`, the default, its workers too. */
const config = load();
const log = createLog(config.logLevel);
try {
  await start(config, log);
} catch (error) {
  reportStartupError(error);
  process.exit(1);
}

function load(): Config {
  try {
    return loadConfig();
  } catch (error) {
    reportStartupError(error);
    process.exit(1);
  }
}

async function start(config: Config, log: Log): Promise<void> {
  let lost = (_reason: string): void => process.exit(1);
  const installation = await openInstallation(config, log, () => lost('the embedded database ended'));
  const { databaseUrl, masterKey } = installation;
  const tracing = await configuredTracing(config.traces, 'api', log);
  const outside = { log, failpoint: createFailpoint(config.failpoint), tracing };
  const broker = await composeBroker({ ...config, databaseUrl, masterKey }, outside).catch(async (error: unknown) => {
    await installation.stop();
    throw error;
  });
  const administrator = await bootstrapInstallation(broker.db, broker.keyring);
  let ready = true;
  const app = createApp({
    routes: broker.routes,
    authenticate: broker.authenticate,
    log,
    metrics: broker.metrics,
    metricsToken: config.metricsToken,
    queueConsole: broker.queueConsole,
    consoleFolder: path.join(packageRoot(), 'dist', 'console'),
    secureCookies: config.publicUrl?.startsWith('https:') ?? false,
    tracing,
    readiness: readiness(broker, () => ready),
    version: version(),
  });
  const workers = config.role === 'all' ? startWorkers(broker, { concurrency: config.workerConcurrency }) : undefined;
  const serving = await serve(app, config.host, config.port);
  const grace = config.shutdownTimeoutMs / 2;
  lost = shutDownOnSignal(log, config.shutdownTimeoutMs, [
    [
      'readiness',
      async () => {
        ready = false;
      },
    ],
    ['event streams', () => broker.endStreams()],
    ['http', () => serving.close(grace)],
    ['workers', async () => workers?.stop(grace)],
    ['broker', () => broker.close()],
    ['traces', () => tracing.close()],
    ['database', () => installation.stop()],
  ]);
  greet(config.publicUrl ?? serving.address, administrator);
}

function readiness(broker: Broker, ready: () => boolean) {
  return {
    process: async () => {
      if (!ready()) throw new Error('shutting down');
    },
    database: () => broker.db.query('select 1'),
    queue: async () => {
      const objection = await broker.queue.objection();
      if (objection !== undefined) throw new Error(objection);
    },
  };
}

/** For whoever sits at the terminal: where it is, how to sign in and what to try. The token is shown this once only. */
function greet(url: string, administrator: AdminToken | undefined): void {
  const token = administrator?.token;
  const lines = [
    '',
    `  Keyferry is running at ${url}`,
    `  Console                 ${url}/console`,
    `  API reference           ${url}/docs`,
    '',
    ...(token === undefined
      ? ['  Sign in with your token. Lost it? In this folder, run: npm run admin-token']
      : ['  Administrator token (shown this once, keep it safe):', `    ${token}`]),
    '',
    '  Try:',
    `    export KEYFERRY=${url} TOKEN=${token ?? '<your token>'}`,
    '    curl -s $KEYFERRY/v1/me -H "Authorization: Bearer $TOKEN"',
    '  A five-minute tour is in README.md.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function version(): string {
  const { version } = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
