import type { Command } from 'commander';
import type { Keyferry, Person } from '../../client/keyferry.ts';
import { findNamed } from '../find-named.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import { reportChange } from '../report-change.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';
import { addRoleCommands } from './role-grants.ts';

const view: View<Person> = {
  columns: {
    name: ({ name }) => name,
    email: ({ email }) => email,
    state: ({ disabled }) => (disabled ? 'disabled' : 'enabled'),
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

/** `users list|create|enable|disable|grant|grants|revoke`. */
export function addPeopleCommands(program: Command, io: Io): void {
  const users = program.command('users').alias('user').description('people and their roles');
  users
    .command('list')
    .description('everybody')
    .addOption(limitOption())
    .action(
      inSession<{ limit: number }>(io, async (session, _args, { limit }) =>
        session.list(await atMost(session.kf.people.list(), limit), view),
      ),
    );
  users
    .command('create')
    .description('somebody new; give a role and a token next')
    .argument('<name>', 'for people')
    .argument('<email>', 'address, which nobody else has')
    .action(
      inSession(io, async (session, [name = '', email = '']) => {
        const person = await session.kf.people.create({ name, email });
        session.done(`Created user: ${person.name}\n  keyferry users grant ${person.email} <role>`, person, person.id);
      }),
    );
  for (const way of ['enable', 'disable'] as const) {
    users
      .command(way)
      .description(way === 'enable' ? 'let them in again' : 'their tokens work no longer')
      .argument('<user>', 'name, e-mail address or id')
      .action(
        inSession(io, async (session, [wanted = '']) => {
          const person = await findPerson(session.kf, wanted);
          const answer = await session.kf.people.update(person.id, { disabled: way === 'disable' });
          const change = 'changeRequest' in answer ? answer : { ...answer, changeRequest: null };
          await reportChange(session, change, { wait: undefined, applied: () => `Done: ${way} ${person.name}` });
        }),
      );
  }
  const named = 'name, e-mail address or id';
  addRoleCommands(users, io, { type: 'person', argument: '<user>', named, find: findPerson });
}

/** By name, e-mail address or id. */
export function findPerson(kf: Keyferry, wanted: string): Promise<Person> {
  return findNamed(kf.people.list({ limit: 200 }), wanted, ({ name, email }) => [name, email], 'user');
}
