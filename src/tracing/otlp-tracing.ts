import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Link, Span, SpanContext, SpanKind, Tracer } from '@opentelemetry/api';
import type { Log } from '../log.ts';
import { createReportedExporter } from './reported-exporter.ts';
import { parseTraceParent, writeTraceParent } from './trace-context.ts';
import type { RunningSpan, SpanFacts, SpanStart, Tracing } from './tracing.ts';

/** Where traces go: OTLP over HTTP in JSON. */
export interface TraceSettings {
  /** Base of the collector, to which `/v1/traces` is added (OpenTelemetry, "OTLP Exporter Configuration"). */
  readonly endpoint: string;
  /** Sent with every export; may hold a credential. */
  readonly headers: Readonly<Record<string, string>>;
}

const EXPORT_TIMEOUT_MS = 5_000;
const EXPORT_EVERY_MS = 1_000;

/**
 * Loads OpenTelemetry and sends spans to the collector in the background, in batches; a collector that is away costs nothing
 * but the spans. Uses no global of the library, so several brokers in one process stay apart.
 */
export async function openTracing(settings: TraceSettings, process: 'api' | 'worker', log: Log): Promise<Tracing> {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({
    url: `${settings.endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: { ...settings.headers },
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'keyferry', 'keyferry.process': process }),
    sampler: new sdk.AlwaysOnSampler(),
    spanProcessors: [
      new sdk.BatchSpanProcessor(createReportedExporter(exporter, log), {
        scheduledDelayMillis: EXPORT_EVERY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  const tracing = traceWith(provider.getTracer('keyferry'), api);
  return {
    ...tracing,
    async close() {
      await provider.shutdown().catch(() => undefined);
    },
  };
}

type Api = typeof import('@opentelemetry/api');

function traceWith(tracer: Tracer, api: Api): Omit<Tracing, 'close'> {
  const running = new AsyncLocalStorage<SpanContext | undefined>();

  const parent = (): Context => {
    const context = running.getStore();
    return context === undefined ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, context);
  };

  const begin = (name: string, { kind = 'internal', facts = {}, links = [] }: SpanStart): Span =>
    tracer.startSpan(
      name,
      { kind: kindOf(api, kind), attributes: { ...facts }, links: linksOf(api, links, running.getStore()?.traceId) },
      parent(),
    );

  return {
    active: true,
    async span(name, start, work) {
      const span = begin(name, start);
      try {
        return await running.run(span.spanContext(), () => work(runningSpan(api, span)));
      } catch (error) {
        span.setStatus({ code: api.SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
    current() {
      const context = running.getStore();
      return context === undefined ? undefined : writeTraceParent({ ...context, sampled: true });
    },
    continuing: (text, work) => running.run(remoteContext(api, text), work),
  };
}

function runningSpan(api: Api, span: Span): RunningSpan {
  return {
    add: (facts: SpanFacts) => void span.setAttributes({ ...facts }),
    rename: (name) => void span.updateName(name),
    fail: () => void span.setStatus({ code: api.SpanStatusCode.ERROR }),
  };
}

function kindOf(api: Api, kind: NonNullable<SpanStart['kind']>): SpanKind {
  const { SERVER, CLIENT, CONSUMER, INTERNAL } = api.SpanKind;
  return { server: SERVER, client: CLIENT, consumer: CONSUMER, internal: INTERNAL }[kind];
}

function remoteContext(api: Api, text: string | undefined): SpanContext | undefined {
  const context = parseTraceParent(text);
  if (context === undefined) return undefined;
  const { traceId, spanId } = context;
  return { traceId, spanId, traceFlags: api.TraceFlags.SAMPLED, isRemote: true };
}

function linksOf(api: Api, texts: readonly string[], traceId: string | undefined): Link[] {
  return texts.flatMap((text) => {
    const context = remoteContext(api, text);
    return context === undefined || context.traceId === traceId ? [] : [{ context }];
  });
}
