import type { Api, Body, CallOptions, Query } from '../api.ts';
import { pagesOf } from '../pages.ts';

/** People. */
export function peopleGroup(api: Api) {
  return {
    list: (query: Query<'listUsers'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listUsers', { query: { ...query } }, options),
    get: (userId: string, options?: CallOptions) => api.call('getUser', { params: { userId } }, options),
    create: (body: Body<'createUser'>, options?: CallOptions) => api.call('createUser', { body }, options),
    update: (userId: string, body: Body<'updateUser'>, options?: CallOptions) =>
      api.call('updateUser', { params: { userId }, body }, options),
  };
}

/** API tokens. Their text is told once, when they are made. */
export function tokensGroup(api: Api) {
  return {
    list: (query: Query<'listTokens'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listTokens', { query: { ...query } }, options),
    create: (body: Body<'createToken'>, options?: CallOptions) => api.call('createToken', { body }, options),
    revoke: (tokenId: string, options?: CallOptions) => api.call('revokeToken', { params: { tokenId } }, options),
  };
}

/** Sessions of people at browsers. */
export function sessionsGroup(api: Api) {
  return {
    list: (query: Query<'listSessions'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listSessions', { query: { ...query } }, options),
    /** Exchanges a token for a session of this browser, kept in a cookie. */
    begin: (body: Body<'beginSession'>, options?: CallOptions) => api.call('beginSession', { body }, options),
    /** Signs this browser out. */
    end: (options?: CallOptions) => api.call('endSession', {}, options),
    revoke: (sessionId: string, options?: CallOptions) => api.call('revokeSession', { params: { sessionId } }, options),
  };
}

/** Machines, each with a person who answers for it. */
export function machinesGroup(api: Api) {
  return {
    list: (query: Query<'listMachines'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listMachines', { query: { ...query } }, options),
    get: (machineId: string, options?: CallOptions) => api.call('getMachine', { params: { machineId } }, options),
    create: (body: Body<'createMachine'>, options?: CallOptions) => api.call('createMachine', { body }, options),
    update: (machineId: string, body: Body<'updateMachine'>, options?: CallOptions) =>
      api.call('updateMachine', { params: { machineId }, body }, options),
  };
}

/** Groups of people. */
export function groupsGroup(api: Api) {
  const at = (groupId: string, userId: string) => ({ params: { groupId, userId } });
  return {
    list: (query: Query<'listGroups'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listGroups', { query: { ...query } }, options),
    get: (groupId: string, options?: CallOptions) => api.call('getGroup', { params: { groupId } }, options),
    create: (body: Body<'createGroup'>, options?: CallOptions) => api.call('createGroup', { body }, options),
    rename: (groupId: string, name: string, options?: CallOptions) =>
      api.call('renameGroup', { params: { groupId }, body: { name } }, options),
    delete: (groupId: string, options?: CallOptions) => api.call('deleteGroup', { params: { groupId } }, options),
    members: (groupId: string, query: Query<'listGroupMembers'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listGroupMembers', { params: { groupId }, query: { ...query } }, options),
    add: (groupId: string, userId: string, options?: CallOptions) =>
      api.call('addGroupMember', at(groupId, userId), options),
    remove: (groupId: string, userId: string, options?: CallOptions) =>
      api.call('removeGroupMember', at(groupId, userId), options),
  };
}

/** Roles and who has them. */
export function rolesGroup(api: Api) {
  return {
    list: async (options?: CallOptions) => (await api.call('listRoles', {}, options)).items,
    grants: (query: Query<'listRoleGrants'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listRoleGrants', { query: { ...query } }, options),
    grant: (body: Body<'createRoleGrant'>, options?: CallOptions) => api.call('createRoleGrant', { body }, options),
    revoke: (grantId: string, options?: CallOptions) => api.call('deleteRoleGrant', { params: { grantId } }, options),
  };
}

/** Tenants. */
export function organizationsGroup(api: Api) {
  return {
    list: (query: Query<'listOrganizations'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listOrganizations', { query: { ...query } }, options),
    get: (organizationId: string, options?: CallOptions) =>
      api.call('getOrganization', { params: { organizationId } }, options),
    create: (body: Body<'createOrganization'>, options?: CallOptions) =>
      api.call('createOrganization', { body }, options),
    update: (organizationId: string, body: Body<'updateOrganization'>, options?: CallOptions) =>
      api.call('updateOrganization', { params: { organizationId }, body }, options),
  };
}

/** Places that hold secrets. Everywhere, `project` is its id or slug. */
export function projectsGroup(api: Api) {
  const of = (project: string) => ({ params: { project } });
  return {
    list: (query: Query<'listProjects'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listProjects', { query: { ...query } }, options),
    get: (project: string, options?: CallOptions) => api.call('getProject', of(project), options),
    create: (body: Body<'createProject'>, options?: CallOptions) => api.call('createProject', { body }, options),
    update: (project: string, body: Body<'updateProject'>, options?: CallOptions) =>
      api.call('updateProject', { ...of(project), body }, options),
    delete: (project: string, options?: CallOptions) => api.call('deleteProject', of(project), options),
    /** Folders right below `prefix`, or at the top. */
    folders: (project: string, query: Query<'listFolders'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listFolders', { ...of(project), query: { ...query } }, options),
    plan: (project: string, query: Query<'planProject'> = {}, options?: CallOptions) =>
      api.call('planProject', { ...of(project), query }, options),
    pause: (project: string, options?: CallOptions) => api.call('pauseProject', of(project), options),
    resume: (project: string, options?: CallOptions) => api.call('resumeProject', of(project), options),
  };
}
