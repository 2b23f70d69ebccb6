import { type Command, Option } from 'commander';
import type { Body, Keyferry, RoleGrant } from '../../client/keyferry.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
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

const view: View<RoleGrant> = {
  columns: {
    id: ({ id }) => id,
    role: ({ role }) => role,
    where: ({ projectId }) => projectId ?? 'everywhere',
    customer: ({ customerId }) => customerId,
  },
  value: ({ id }) => id,
};

/** Who can have roles, and how one of them is named on the command line. */
export interface Grantees {
  readonly type: RoleGrant['subjectType'];
  /** With brackets. */
  readonly argument: string;
  readonly named: string;
  find(kf: Keyferry, wanted: string): Promise<{ readonly id: string; readonly name: string }>;
}

/** `… grant|grants|revoke`, below the command of whoever can have roles. */
export function addRoleCommands(parent: Command, io: Io, { type, argument, named, find }: Grantees): void {
  parent
    .command('grant')
    .description('give a role; with -p only in that project, with --customer only for that customer')
    .argument(argument, named)
    .addArgument(parent.createArgument('<role>').choices(ROLES))
    .addOption(new Option('--everywhere', 'in every project, also when one is set'))
    .action(
      inSession<{ everywhere?: boolean }>(io, async (session, [wanted = '', role], { everywhere }) => {
        const { kf, globals, customer } = session;
        const { id: subjectId, name } = await find(kf, wanted);
        const inOne = globals.project !== undefined && !everywhere;
        if (customer !== undefined && !inOne) {
          throw new CliError(EXIT.usage, 'A customer belongs to a project.', 'Say -p, too.');
        }
        const projectId = inOne ? (await kf.projects.get(globals.project ?? '')).id : null;
        const customerId = customer && inOne ? (await kf.customers.get(session.project, customer)).id : undefined;
        const grant = { subjectType: type, subjectId, role, projectId, customerId } as Body<'createRoleGrant'>;
        const answer = await kf.roles.grant(grant);
        const change = 'changeRequest' in answer ? answer : { ...answer, changeRequest: null };
        await reportChange(session, change, { wait: undefined, applied: () => `${name} is ${role} now` });
      }),
    );
  parent
    .command('grants')
    .description('the roles that were given')
    .argument(argument, named)
    .action(
      inSession(io, async (session, [wanted = '']) => {
        const { id } = await find(session.kf, wanted);
        session.list(await session.kf.roles.grants({ subjectId: id }).all(), view);
      }),
    );
  parent
    .command('revoke')
    .description('take a role away')
    .argument('<grant>', `id of the grant; see \`${parent.name()} grants\``)
    .action(
      inSession(io, async (session, [id = '']) => {
        const answer = (await session.kf.roles.revoke(id)) ?? { changeRequest: null };
        await reportChange(session, answer, { wait: undefined, applied: () => 'Revoked.' });
      }),
    );
}
