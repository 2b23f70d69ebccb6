import { type Command, Option } from 'commander';
import type { Body, Keyferry, Person, RoleGrant } from '../../client/keyferry.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { findNamed } from '../find-named.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import { reportChange } from '../report-change.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';

const ROLES = [
  'viewer',
  'reader',
  'read_write',
  'write_only',
  'approver',
  'auditor',
  'operator',
  'system',
  'break_glass',
  'compliance',
  'admin',
];

const view: View<Person> = {
  columns: {
    name: ({ name }) => name,
    email: ({ email }) => email,
    state: ({ disabled }) => (disabled ? 'disabled' : 'enabled'),
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

const grantView: View<RoleGrant> = {
  columns: {
    id: ({ id }) => id,
    role: ({ role }) => role,
    where: ({ projectId }) => projectId ?? 'everywhere',
    customer: ({ customerId }) => customerId,
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
  addRoles(users, io);
}

function addRoles(users: Command, io: Io): void {
  users
    .command('grant')
    .description('give a role; with -p only in that project, with --customer only for that customer')
    .argument('<user>', 'name, e-mail address or id')
    .addArgument(users.createArgument('<role>').choices(ROLES))
    .addOption(new Option('--everywhere', 'in every project, also when one is set'))
    .action(
      inSession<{ everywhere?: boolean }>(io, async (session, [wanted = '', role], { everywhere }) => {
        const { kf, globals } = session;
        const person = await findPerson(kf, wanted);
        const inOne = globals.project !== undefined && !everywhere;
        const projectId = inOne ? (await kf.projects.get(globals.project ?? '')).id : null;
        const { customer } = session;
        const customerId = customer && inOne ? (await kf.customers.get(session.project, customer)).id : undefined;
        if (customer !== undefined && !inOne) {
          throw new CliError(EXIT.usage, 'A customer belongs to a project.', 'Say -p, too.');
        }
        const subject = { subjectType: 'person', subjectId: person.id } as const;
        const grant = { ...subject, role, projectId, customerId } as Body<'createRoleGrant'>;
        const answer = await kf.roles.grant(grant);
        const change = 'changeRequest' in answer ? answer : { ...answer, changeRequest: null };
        await reportChange(session, change, { wait: undefined, applied: () => `${person.name} is ${role} now` });
      }),
    );
  users
    .command('grants')
    .description('the roles of somebody')
    .argument('<user>', 'name, e-mail address or id')
    .action(
      inSession(io, async (session, [wanted = '']) => {
        const { id } = await findPerson(session.kf, wanted);
        session.list(await session.kf.roles.grants({ subjectId: id }).all(), grantView);
      }),
    );
  users
    .command('revoke')
    .description('take a role away')
    .argument('<grant>', 'id of the grant; see `users grants`')
    .action(
      inSession(io, async (session, [id = '']) => {
        const answer = (await session.kf.roles.revoke(id)) ?? { changeRequest: null };
        await reportChange(session, answer, { wait: undefined, applied: () => 'Revoked.' });
      }),
    );
}

/** By name, e-mail address or id. */
export function findPerson(kf: Keyferry, wanted: string): Promise<Person> {
  return findNamed(kf.people.list({ limit: 200 }), wanted, ({ name, email }) => [name, email], 'user');
}
