import type { Command } from 'commander';
import type { Group, Keyferry, Person } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { findNamed } from '../find-named.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import { reportChange } from '../report-change.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';
import { findPerson } from './people.ts';
import { addRoleCommands } from './role-grants.ts';

const view: View<Group> = {
  columns: {
    name: ({ name }) => name,
    created: ({ createdAt }) => createdAt,
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

const detailView: View<Group & { readonly members: readonly Person[] }> = {
  columns: {
    ...view.columns,
    members: ({ members }) => members.map(({ email }) => email).join(', ') || 'nobody',
  },
  value: ({ id }) => id,
};

/** `groups list|show|create|rename|delete|add|remove|grant|grants|revoke`. */
export function addGroupCommands(program: Command, io: Io): void {
  const groups = program.command('groups').alias('group').description('people who have roles and decide together');
  groups
    .command('list')
    .description('all of them, or those of somebody')
    .option('--user <user>', 'that this person is in')
    .addOption(limitOption())
    .action(
      inSession<{ user?: string; limit: number }>(io, async (session, _args, { user, limit }) => {
        const userId = user === undefined ? undefined : (await findPerson(session.kf, user)).id;
        session.list(await atMost(session.kf.groups.list({ userId }), limit), view);
      }),
    );
  groups
    .command('show')
    .description('one, with who is in it')
    .argument('<group>', 'name or id')
    .action(
      inSession(io, async (session, [wanted = '']) => {
        const group = await findGroup(session.kf, wanted);
        const members = await session.kf.groups.members(group.id, { limit: 200 }).all();
        session.one({ ...group, members }, detailView);
      }),
    );
  addGroupWriting(groups, io);
  addMembership(groups, io);
  addRoleCommands(groups, io, { type: 'group', argument: '<group>', named: 'name or id', find: findGroup });
}

function addGroupWriting(groups: Command, io: Io): void {
  groups
    .command('create')
    .description('make one; give it people and a role next')
    .argument('<name>', 'for people')
    .action(
      inSession(io, async (session, [name = '']) => {
        const made = await session.kf.groups.create({ name });
        session.done(`Created group: ${made.name}\n  keyferry groups add "${made.name}" <user>`, made, made.id);
      }),
    );
  groups
    .command('rename')
    .description('give one another name')
    .argument('<group>', 'name or id')
    .argument('<name>', 'for people')
    .action(
      inSession(io, async (session, [wanted = '', name = '']) => {
        const group = await findGroup(session.kf, wanted);
        const renamed = await session.kf.groups.rename(group.id, name);
        session.done(`Renamed: ${group.name} is ${renamed.name} now`, renamed, renamed.id);
      }),
    );
  groups
    .command('delete')
    .description('remove one, and the roles that it gave')
    .argument('<group>', 'name or id')
    .action(
      inSession(io, async (session, [wanted = '']) => {
        const { id, name } = await findGroup(session.kf, wanted);
        await assertSure(io, `Delete the group ${name}?`, session.globals.yes === true);
        const answer = (await session.kf.groups.delete(id)) ?? { id, changeRequest: null };
        await reportChange(session, answer, { wait: undefined, applied: () => `Deleted group: ${name}`, value: id });
      }),
    );
}

function addMembership(groups: Command, io: Io): void {
  for (const way of ['add', 'remove'] as const) {
    groups
      .command(way)
      .description(way === 'add' ? 'put somebody into one' : 'take somebody out of one')
      .argument('<group>', 'name or id')
      .argument('<user>', 'name, e-mail address or id')
      .action(
        inSession(io, async (session, [wanted = '', user = '']) => {
          const group = await findGroup(session.kf, wanted);
          const person = await findPerson(session.kf, user);
          const answer = (await session.kf.groups[way](group.id, person.id)) ?? { changeRequest: null };
          const done = way === 'add' ? `${person.name} is in ${group.name} now` : `${person.name} left ${group.name}`;
          await reportChange(session, answer, { wait: undefined, applied: () => done, value: group.id });
        }),
      );
  }
}

function findGroup(kf: Keyferry, wanted: string): Promise<Group> {
  return findNamed(kf.groups.list({ limit: 200 }), wanted, ({ name }) => [name], 'group');
}
