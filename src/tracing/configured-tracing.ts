import type { Log } from '../log.ts';
import type { TraceSettings } from './otlp-tracing.ts';
import { noTracing, type Tracing } from './tracing.ts';

/** Tracing as configured. OpenTelemetry is loaded only when there is a collector: it would double the time of a start. */
export async function configuredTracing(
  settings: TraceSettings | undefined,
  process: 'api' | 'worker',
  log: Log,
): Promise<Tracing> {
  if (settings === undefined) return noTracing;
  const { openTracing } = await import('./otlp-tracing.ts');
  return openTracing(settings, process, log);
}
