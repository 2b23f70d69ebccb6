import type { Mutate } from './api/mutation.ts';
import type { RouteDefinition } from './api/route.ts';
import { createConsumerReader } from './consumers/consumer-reader.ts';
import { consumerRoutes } from './consumers/consumer-routes.ts';
import { createConsumerService } from './consumers/consumer-service.ts';
import type { Keyring } from './crypto/keyring.ts';
import type { Db } from './db.ts';
import type { SecretReader } from './secrets/secret-reader.ts';
import { renderRoutes } from './templates/render-routes.ts';
import { createRenderService } from './templates/render-service.ts';

/** The routes of what is made from secrets: rendered templates, and whoever else reads them. */
export function composeUseRoutes(on: {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly reader: SecretReader;
  readonly mutate: Mutate;
}): RouteDefinition[] {
  const renders = createRenderService(on);
  const consumers = createConsumerService({ ...on, renders });
  return [
    ...renderRoutes({ renderer: renders }),
    ...consumerRoutes({ consumers, reader: createConsumerReader(on), mutate: on.mutate }),
  ];
}
