import type { Mutate } from '../api/mutation.ts';
import type { RouteDefinition } from '../api/route.ts';
import type { Govern } from '../approvals/govern.ts';
import type { AccessActions } from './access-actions.ts';
import type { AccessServices } from './access-services.ts';
import { groupRoutes } from './group-routes.ts';
import { machineRoutes } from './machine-routes.ts';
import { meRoutes } from './me-routes.ts';
import { organizationRoutes } from './organization-routes.ts';
import { personRoutes } from './person-routes.ts';
import { roleGrantRoutes } from './role-grant-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { tokenRoutes } from './token-routes.ts';

export function accessRoutes(
  deps: AccessServices & { readonly mutate: Mutate; readonly govern: Govern; readonly actions: AccessActions },
): RouteDefinition[] {
  return [
    ...meRoutes(deps),
    ...organizationRoutes(deps),
    ...personRoutes(deps),
    ...groupRoutes(deps),
    ...machineRoutes(deps),
    ...tokenRoutes(deps),
    ...sessionRoutes(deps),
    ...roleGrantRoutes(deps),
  ];
}
