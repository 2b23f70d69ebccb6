import { v5 } from 'uuid';
import { type GovernedAction, plainJson, type Seen } from '../approvals/governed-action.ts';
import { askedForStandings } from '../approvals/guarding-policies.ts';
import { loadGrantsOfGroup, loadStandings, loadStandingsOfGroup } from '../approvals/standing-store.ts';
import type { EditTransaction } from '../db.ts';
import { lockOrganization } from './access-context.ts';
import type { GroupService } from './group-service.ts';
import { withGroup, withoutGroup } from './group-standing.ts';
import { findGroup, isMember } from './group-store.ts';
import { findPerson } from './person-store.ts';

export interface Membership {
  readonly groupId: string;
  readonly personId: string;
}

export interface GroupActions {
  readonly addGroupMember: GovernedAction<Membership>;
  readonly removeGroupMember: GovernedAction<Membership>;
  readonly deleteGroup: GovernedAction<{ readonly groupId: string }>;
}

/** Who is in a group decides who may decide, where a policy names the group or a role that it carries. */
export function createGroupActions(deps: { readonly groups: GroupService }): GroupActions {
  const { groups } = deps;
  return {
    addGroupMember: {
      operation: 'add_group_member',
      subjectType: 'group_member',
      look: seeMembership,
      async asked(db, { organizationId, plan }) {
        const { groupId, personId } = plan.after as unknown as Membership;
        const carried = await loadGrantsOfGroup(db, organizationId, groupId);
        const people = await loadStandings(db, organizationId, [personId]);
        const changes = people.map((before) => ({ before, after: withGroup(before, groupId, carried) }));
        return askedForStandings(db, organizationId, 'add_group_member', changes);
      },
      async run(actor, tx, { groupId, personId }) {
        await groups.addMember(actor, tx, groupId, personId);
        return { status: 204 };
      },
    },
    removeGroupMember: {
      operation: 'remove_group_member',
      subjectType: 'group_member',
      look: seeMembership,
      async asked(db, { organizationId, plan }) {
        const { groupId, personId } = plan.before as unknown as Membership;
        const carried = await loadGrantsOfGroup(db, organizationId, groupId);
        const people = await loadStandings(db, organizationId, [personId]);
        const changes = people.map((before) => ({ before, after: withoutGroup(before, groupId, carried) }));
        return askedForStandings(db, organizationId, 'remove_group_member', changes);
      },
      async run(actor, tx, { groupId, personId }) {
        await groups.removeMember(actor, tx, groupId, personId);
        return { status: 204 };
      },
    },
    deleteGroup: {
      operation: 'delete_group',
      subjectType: 'group',
      look: seeGroup,
      async asked(db, { organizationId, subjectId }) {
        const carried = await loadGrantsOfGroup(db, organizationId, subjectId);
        const people = await loadStandingsOfGroup(db, organizationId, subjectId);
        const changes = people.map((before) => ({ before, after: withoutGroup(before, subjectId, carried) }));
        return askedForStandings(db, organizationId, 'delete_group', changes);
      },
      async run(actor, tx, { groupId }) {
        await groups.remove(actor, tx, groupId);
        return { status: 204 };
      },
    },
  };
}

/** A membership that is not there is shown too: whom it would be about must be seen. */
async function seeMembership(
  tx: EditTransaction,
  organizationId: string,
  { groupId, personId }: Membership,
): Promise<Seen> {
  await lockOrganization(tx, organizationId);
  const subjectId = v5(personId, groupId);
  const [group, person] = [
    await findGroup(tx.prisma, organizationId, groupId),
    await findPerson(tx.prisma, organizationId, personId),
  ];
  if (group === null || person === null) return { subjectId, revision: 0, state: null };
  const member = await isMember(tx.prisma, groupId, personId);
  const state = { groupId, group: group.name, personId, person: person.name, member };
  return { subjectId, revision: 0, state: plainJson(state) };
}

async function seeGroup(
  tx: EditTransaction,
  organizationId: string,
  { groupId }: { readonly groupId: string },
): Promise<Seen> {
  await lockOrganization(tx, organizationId);
  const group = await findGroup(tx.prisma, organizationId, groupId);
  if (group === null) return { subjectId: groupId, revision: 0, state: null };
  const members = await loadStandingsOfGroup(tx, organizationId, groupId);
  const grants = await loadGrantsOfGroup(tx, organizationId, groupId);
  const state = { name: group.name, members: members.map((member) => member.personId), grants };
  return { subjectId: groupId, revision: 0, state: plainJson(state) };
}
