import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Authenticate } from '../access/authenticate.ts';
import { noTracing, type Tracing } from '../tracing/tracing.ts';
import { mountConsole } from './console-routes.ts';
import { mountDocs } from './docs-routes.ts';
import { answerErrors, answerNotFound } from './error-handler.ts';
import { healthRoutes, type ReadinessChecks } from './health-routes.ts';
import { guardMetrics } from './metrics-guard.ts';
import { type InspectReply, mountRoutes } from './mount-routes.ts';
import { createOpenApiDocument } from './openapi.ts';
import { mountQueueConsole, type QueueConsoleParts } from './queue-console.ts';
import { assignRequestId } from './request-id.ts';
import { logRequests } from './request-log.ts';
import { measureRequests } from './request-metrics.ts';
import { traceRequests } from './request-traces.ts';
import type { RouteDefinition } from './route.ts';

export interface AppParts {
  /** The features' routes; health and metrics are added here. */
  readonly routes: readonly RouteDefinition[];
  readonly authenticate: Authenticate;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly readiness: ReadinessChecks;
  /** What scrapers of `/metrics` must send; default: nothing. */
  readonly metricsToken?: string | undefined;
  /** Absent: there is none. */
  readonly queueConsole?: QueueConsoleParts;
  /** Folder of the built console; absent: there is none. */
  readonly consoleFolder?: string;
  /** People come over https, so that cookies may insist on it. */
  readonly secureCookies?: boolean;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing;
  /** Of the product; stands in the OpenAPI document. */
  readonly version: string;
  /** Addresses or ranges of proxies whose `X-Forwarded-For` counts; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Tests compare each answer with its documented schema. */
  readonly inspectReply?: InspectReply;
}

/** The HTTP side of Keyferry, in the order a request passes through it. */
export function createApp(parts: AppParts): Express {
  const routes = [...healthRoutes(parts), ...parts.routes];
  const app = express();
  app
    .disable('x-powered-by')
    .disable('etag')
    .set('trust proxy', [...(parts.trustedProxies ?? [])]);

  app.use(assignRequestId());
  app.use(traceRequests(parts.tracing ?? noTracing));
  app.use(measureRequests(parts.metrics));
  app.use(logRequests(parts.log));
  app.use(securityHeaders());
  app.use('/metrics', guardMetrics(parts.metricsToken));

  mountRoutes(app, routes, parts);
  if (parts.queueConsole) mountQueueConsole(app, { ...parts.queueConsole, ...parts });
  if (parts.consoleFolder !== undefined) mountConsole(app, parts.consoleFolder);
  mountDocs(app, () => createOpenApiDocument(routes, parts.version));

  app.use(answerNotFound);
  app.use(answerErrors(parts.log));
  return app;
}

/** For answers that are data, so without those that are about pages. No HSTS: whoever ends TLS decides that for the host. */
function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
}
