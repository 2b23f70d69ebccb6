import type { Page } from '../api/lists.ts';
import { type EditTransaction, isUniqueViolation } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { type AccessDeps, keepAnAdministrator, lockOrganization, record } from './access-context.ts';
import type { Actor } from './actor.ts';
import type { GroupName, GroupView } from './group-schemas.ts';
import * as store from './group-store.ts';
import { assertNotJoiningOverride } from './override-grants.ts';
import { authorize, authorizeAnywhere } from './permissions.ts';
import type { PersonView } from './person-schemas.ts';
import { personView } from './person-service.ts';
import { findPerson } from './person-store.ts';
import { type PrismaDb, pageById, sliceById } from './prisma-db.ts';

interface Paging {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface GroupFilter extends Paging {
  readonly userId?: string | undefined;
}

/** Groups of people: they carry role grants and stand in approval steps. */
export interface GroupService {
  list(actor: Actor, filter: GroupFilter): Promise<Page<GroupView>>;
  get(actor: Actor, id: string): Promise<GroupView>;
  create(actor: Actor, tx: EditTransaction, input: GroupName): Promise<GroupView>;
  rename(actor: Actor, tx: EditTransaction, id: string, input: GroupName): Promise<GroupView>;
  /** Throws `in_use` while approval profiles name it, or when the last administrator is one through it. */
  remove(actor: Actor, tx: EditTransaction, id: string): Promise<void>;
  members(actor: Actor, id: string, paging: Paging): Promise<Page<PersonView>>;
  /** Adding a member twice changes nothing; so does removing somebody who is none. */
  addMember(actor: Actor, tx: EditTransaction, id: string, personId: string): Promise<void>;
  removeMember(actor: Actor, tx: EditTransaction, id: string, personId: string): Promise<void>;
}

export function createGroupService(deps: AccessDeps): GroupService {
  return { ...groupReads(deps), ...groupEdits(deps), ...memberEdits(deps) };
}

function groupReads(deps: AccessDeps): Pick<GroupService, 'list' | 'get' | 'members'> {
  return {
    async list(actor, { userId, cursor, limit }) {
      authorizeAnywhere(actor, 'secret.list');
      const slice = sliceById(cursor, limit);
      const rows = await store.listGroups(await deps.db.prisma(), actor.organizationId, { userId }, slice);
      return pageById(rows, limit, viewOf);
    },
    async get(actor, id) {
      authorizeAnywhere(actor, 'secret.list');
      return viewOf(await existing(await deps.db.prisma(), actor, id));
    },
    async members(actor, id, { cursor, limit }) {
      authorizeAnywhere(actor, 'secret.list');
      const prisma = await deps.db.prisma();
      await existing(prisma, actor, id);
      const rows = await store.listMembers(prisma, actor.organizationId, id, sliceById(cursor, limit));
      return pageById(rows, limit, personView);
    },
  };
}

function groupEdits(deps: AccessDeps): Pick<GroupService, 'create' | 'rename' | 'remove'> {
  return {
    async create(actor, tx, { name }) {
      authorize(actor, 'access.administer');
      const group = { id: newId(), organizationId: actor.organizationId, name };
      const created = await store.insertGroup(tx.prisma, group).catch(refuseTakenName);
      await recordGroup(tx, deps, actor, 'group.created', created);
      return viewOf(created);
    },
    async rename(actor, tx, id, { name }) {
      authorize(actor, 'access.administer');
      const renamed = await store.renameGroup(tx.prisma, actor.organizationId, id, name).catch(refuseTakenName);
      if (renamed === null) throw notFound('group');
      await recordGroup(tx, deps, actor, 'group.updated', renamed);
      return viewOf(renamed);
    },
    async remove(actor, tx, id) {
      authorize(actor, 'access.administer');
      await lockOrganization(tx, actor.organizationId);
      const group = await existing(tx.prisma, actor, id);
      const approvalProfiles = await store.approvalProfilesNaming(tx, actor.organizationId, id);
      if (approvalProfiles.length > 0) {
        throw new AppError('in_use', 'Approval profiles name this group.', { facts: { approvalProfiles } });
      }
      await store.deleteGroup(tx.prisma, actor.organizationId, id);
      await keepAnAdministrator(tx, actor.organizationId);
      await recordGroup(tx, deps, actor, 'group.deleted', group);
    },
  };
}

function memberEdits(deps: AccessDeps): Pick<GroupService, 'addMember' | 'removeMember'> {
  const recordMember = (
    tx: EditTransaction,
    actor: Actor,
    action: 'group_member.added' | 'group_member.removed',
    groupId: string,
    personId: string,
  ) => record(tx, deps, actor, { action, objectType: 'group', objectId: groupId, details: { personId } });
  return {
    async addMember(actor, tx, id, personId) {
      authorize(actor, 'access.administer');
      await lockOrganization(tx, actor.organizationId);
      await existing(tx.prisma, actor, id);
      if ((await findPerson(tx.prisma, actor.organizationId, personId)) === null) throw notFound('person');
      await assertNotJoiningOverride(tx, actor, id, personId);
      const added = await store.addMember(tx.prisma, id, personId);
      if (added) await recordMember(tx, actor, 'group_member.added', id, personId);
    },
    async removeMember(actor, tx, id, personId) {
      authorize(actor, 'access.administer');
      await lockOrganization(tx, actor.organizationId);
      await existing(tx.prisma, actor, id);
      if ((await findPerson(tx.prisma, actor.organizationId, personId)) === null) throw notFound('person');
      const removed = await store.removeMember(tx.prisma, id, personId);
      if (!removed) return;
      await keepAnAdministrator(tx, actor.organizationId);
      await recordMember(tx, actor, 'group_member.removed', id, personId);
    },
  };
}

function recordGroup(
  tx: EditTransaction,
  deps: AccessDeps,
  actor: Actor,
  action: 'group.created' | 'group.updated' | 'group.deleted',
  { id, name }: store.Group,
): Promise<void> {
  return record(tx, deps, actor, { action, objectType: 'group', objectId: id, details: { name } });
}

async function existing(prisma: PrismaDb, actor: Actor, id: string): Promise<store.Group> {
  const group = await store.findGroup(prisma, actor.organizationId, id);
  if (group === null) throw notFound('group');
  return group;
}

function viewOf({ id, name, createdAt }: store.Group): GroupView {
  return { id, name, createdAt: createdAt.toISOString() };
}

function refuseTakenName(error: unknown): never {
  if (isUniqueViolation(error)) throw new AppError('already_exists', 'A group with this name exists.');
  throw error;
}
