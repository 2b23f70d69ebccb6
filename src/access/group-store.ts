import type { Group, Person } from '../../prisma/generated/client.ts';
import type { Sql } from '../db.ts';
import type { ListSlice, PrismaDb } from './prisma-db.ts';

export type { Group };

/** In order of creation. */
export async function listGroups(
  db: PrismaDb,
  organizationId: string,
  { userId }: { readonly userId?: string | undefined },
  slice: ListSlice,
): Promise<Group[]> {
  const where = { organizationId, ...slice.where };
  if (userId === undefined) return db.group.findMany({ where, ...slice.order });
  const memberships = await db.groupMember.findMany({ where: { personId: userId }, select: { groupId: true } });
  const id = { in: memberships.map(({ groupId }) => groupId), ...slice.where.id };
  return db.group.findMany({ where: { ...where, id }, ...slice.order });
}

export function findGroup(db: PrismaDb, organizationId: string, id: string): Promise<Group | null> {
  return db.group.findFirst({ where: { organizationId, id } });
}

export function insertGroup(db: PrismaDb, group: Pick<Group, 'id' | 'organizationId' | 'name'>): Promise<Group> {
  return db.group.create({ data: group });
}

/** Null when there is no such group. */
export async function renameGroup(
  db: PrismaDb,
  organizationId: string,
  id: string,
  name: string,
): Promise<Group | null> {
  const [group] = await db.group.updateManyAndReturn({ where: { organizationId, id }, data: { name } });
  return group ?? null;
}

/** Takes the group away with its memberships and role grants. */
export async function deleteGroup(db: PrismaDb, organizationId: string, id: string): Promise<void> {
  await db.groupMember.deleteMany({ where: { groupId: id } });
  await db.roleGrant.deleteMany({ where: { organizationId, subjectId: id } });
  await db.group.deleteMany({ where: { organizationId, id } });
}

/** Names of approval profiles whose current version lets the group decide. */
export async function approvalProfilesNaming(db: Sql, organizationId: string, groupId: string): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select a.name from approval_profiles a
     join approval_profile_versions v on v.profile_id = a.id and v.version = a.version
     where a.organization_id = $1::uuid and jsonb_path_exists(v.policy, '$.rules[*].steps[*].approvers.groups[*] ? (@ == $id)',
       jsonb_build_object('id', $2::text))
     order by a.name`,
    [organizationId, groupId],
  );
  return rows.map((row) => row.name);
}

/** People of a group of the organization, in order of their creation. */
export async function listMembers(
  db: PrismaDb,
  organizationId: string,
  groupId: string,
  slice: ListSlice,
): Promise<Person[]> {
  const members = await db.groupMember.findMany({ where: { groupId }, select: { personId: true } });
  const id = { in: members.map((member) => member.personId), ...slice.where.id };
  return db.person.findMany({ where: { organizationId, id }, ...slice.order });
}

export async function isMember(db: PrismaDb, groupId: string, personId: string): Promise<boolean> {
  return (await db.groupMember.count({ where: { groupId, personId } })) === 1;
}

/** True when the person was not a member before. */
export async function addMember(db: PrismaDb, groupId: string, personId: string): Promise<boolean> {
  const { count } = await db.groupMember.createMany({ data: { groupId, personId }, skipDuplicates: true });
  return count === 1;
}

/** True when the person was a member. */
export async function removeMember(db: PrismaDb, groupId: string, personId: string): Promise<boolean> {
  const { count } = await db.groupMember.deleteMany({ where: { groupId, personId } });
  return count === 1;
}
