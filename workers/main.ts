import { composeBroker } from '../src/compose.ts';
import { loadConfig } from '../src/config.ts';
import { createFailpoint } from '../src/failpoint.ts';
import { createLog } from '../src/log.ts';
import { openInstallation } from '../src/setup/open-installation.ts';
import { reportStartupError } from '../src/setup/startup-error.ts';
import { shutDownOnSignal } from '../src/shutdown.ts';
import { configuredTracing } from '../src/tracing/configured-tracing.ts';
import { startWorkers } from './start-workers.ts';

/* A worker process: answers doorbells on external PostgreSQL, any number of them beside any number of APIs. */
try {
  const config = loadConfig();
  const log = createLog(config.logLevel);
  const { databaseUrl, masterKey, stop } = await openInstallation(config, log, () => process.exit(1));
  const tracing = await configuredTracing(config.traces, 'worker', log);
  const broker = await composeBroker(
    { ...config, databaseUrl, masterKey },
    { log, failpoint: createFailpoint(config.failpoint), tracing },
  );
  const workers = startWorkers(broker, { concurrency: config.workerConcurrency });
  shutDownOnSignal(log, config.shutdownTimeoutMs, [
    ['workers', () => workers.stop(config.shutdownTimeoutMs / 2)],
    ['broker', () => broker.close()],
    ['traces', () => tracing.close()],
    ['database', () => stop()],
  ]);
  log.info({ queue: broker.queue.backend }, 'worker ready');
} catch (error) {
  reportStartupError(error);
  process.exit(1);
}
