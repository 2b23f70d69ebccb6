import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../src/setup/package-root.ts';
import { parseHeaderList } from '../../../src/tracing/header-list.ts';
import { parseTraceParent, writeTraceParent } from '../../../src/tracing/trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test('a trace context is read and written as W3C wants it', () => {
  const text = `00-${traceId}-${spanId}-01`;
  expect(parseTraceParent(text)).toEqual({ traceId, spanId, sampled: true });
  expect(writeTraceParent({ traceId, spanId, sampled: true })).toBe(text);
  expect(parseTraceParent(`00-${traceId}-${spanId}-00`)?.sampled).toBe(false);
});

test.each([
  undefined,
  '',
  'canary',
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `01-${traceId}-${spanId}-01`,
  `00-${traceId}-${spanId}-01-more`,
  `00-${traceId}-${spanId}-01\n`,
])('anything else is none: %j', (text) => {
  expect(parseTraceParent(text)).toBeUndefined();
});

test('headers are a list of percent-encoded pairs', () => {
  expect(parseHeaderList('Authorization=Bearer%20a%3Db%2Cc, x-team = one ,')).toEqual({
    authorization: 'Bearer a=b,c',
    'x-team': 'one',
  });
  expect(parseHeaderList('')).toEqual({});
  for (const bad of ['no-pair', '=x', 'a b=c', 'a=%zz', 'a=x%0d%0aInjected: y'])
    expect(parseHeaderList(bad)).toBeUndefined();
});

const EAGER =
  /^(?:import|export) (?!type\b)[^;'()]*'(@opentelemetry\/[^']*|@bull-board\/[^']*|[^']*\/(?:otlp-tracing|queue-board)\.ts)'/gm;

test('OpenTelemetry and bull-board are loaded by nobody at start', () => {
  const files = ['src', 'workers'].flatMap((folder) =>
    readdirSync(path.join(packageRoot(), folder), { recursive: true }).map((name) => path.join(folder, String(name))),
  );
  const sources = files.filter((file) => file.endsWith('.ts'));
  const eager = sources.flatMap((file) =>
    [...readFileSync(path.join(packageRoot(), file), 'utf8').matchAll(EAGER)].map(([, target]) => `${file}: ${target}`),
  );
  expect(sources.length).toBeGreaterThan(200);
  expect(eager).toEqual([]);
  expect(`import { Tracer } from '@opentelemetry/api';`).toMatch(EAGER);
});
