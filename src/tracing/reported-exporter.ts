import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Log } from '../log.ts';

/** As the library counts: 0 is success. */
const SUCCESS = 0;

/** One line when the collector goes away and one when it is back. Never its answer, which may quote what was sent. */
export function createReportedExporter(exporter: SpanExporter, log: Log): SpanExporter {
  let away = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code !== SUCCESS && !away) log.warn('the collector of traces does not take them; they are dropped');
        if (result.code === SUCCESS && away) log.info('the collector of traces takes them again');
        away = result.code !== SUCCESS;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
