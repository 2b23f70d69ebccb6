import type { AccessDeps } from './access-context.ts';
import { createGroupService, type GroupService } from './group-service.ts';
import { createMachineService, type MachineService } from './machine-service.ts';
import { createOrganizationService, type OrganizationService } from './organization-service.ts';
import { createPersonService, type PersonService } from './person-service.ts';
import { createRoleGrantService, type RoleGrantService } from './role-grant-service.ts';
import { createSessionService, type SessionService } from './session-service.ts';
import { createTokenService, type TokenService } from './token-service.ts';

/** The services of this folder. They share their dependencies and do not know each other. */
export interface AccessServices {
  readonly organizations: OrganizationService;
  readonly people: PersonService;
  readonly groups: GroupService;
  readonly machines: MachineService;
  readonly tokens: TokenService;
  readonly sessions: SessionService;
  readonly roleGrants: RoleGrantService;
}

export function createAccessServices(deps: AccessDeps): AccessServices {
  return {
    organizations: createOrganizationService(deps),
    people: createPersonService(deps),
    groups: createGroupService(deps),
    machines: createMachineService(deps),
    tokens: createTokenService(deps),
    sessions: createSessionService(deps),
    roleGrants: createRoleGrantService(deps),
  };
}
