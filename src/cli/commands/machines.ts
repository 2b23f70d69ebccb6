import type { Command } from 'commander';
import type { Keyferry, Machine } from '../../client/keyferry.ts';
import { findNamed } from '../find-named.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import { reportChange } from '../report-change.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';
import { findPerson } from './people.ts';
import { addRoleCommands } from './role-grants.ts';

const view: View<Machine> = {
  columns: {
    name: ({ name }) => name,
    state: ({ disabled }) => (disabled ? 'disabled' : 'enabled'),
    owner: ({ ownerId }) => ownerId,
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

/** `machines list|show|create|rename|enable|disable|grant|grants|revoke`. */
export function addMachineCommands(program: Command, io: Io): void {
  const machines = program
    .command('machines')
    .alias('machine')
    .description('programs with roles and tokens of their own, each with an owner');
  machines
    .command('list')
    .description('all of them, or those of somebody')
    .option('--owner <user>', 'that this person answers for')
    .addOption(limitOption())
    .action(
      inSession<{ owner?: string; limit: number }>(io, async (session, _args, { owner, limit }) => {
        const ownerId = owner === undefined ? undefined : (await findPerson(session.kf, owner)).id;
        session.list(await atMost(session.kf.machines.list({ ownerId }), limit), view);
      }),
    );
  machines
    .command('show')
    .description('one of them')
    .argument('<machine>', 'name or id')
    .action(inSession(io, async (session, [wanted = '']) => session.one(await findMachine(session.kf, wanted), view)));
  addMachineWriting(machines, io);
  addRoleCommands(machines, io, { type: 'machine', argument: '<machine>', named: 'name or id', find: findMachine });
}

function addMachineWriting(machines: Command, io: Io): void {
  machines
    .command('create')
    .description('make one; give it a role and a token next')
    .argument('<name>', 'for people')
    .option('--owner <user>', 'who answers for it, for ever; default: you')
    .action(
      inSession<{ owner?: string }>(io, async (session, [name = ''], { owner }) => {
        const ownerId = owner === undefined ? undefined : (await findPerson(session.kf, owner)).id;
        const made = await session.kf.machines.create({ name, ownerId });
        const token = `keyferry tokens create <name> --machine "${made.name}"`;
        const next = [`keyferry machines grant "${made.name}" <role>`, token].map((line) => `\n  ${line}`).join('');
        if (owner !== undefined) session.note('Only its owner makes tokens for it.');
        session.done(`Created machine: ${made.name}${next}`, made, made.id);
      }),
    );
  machines
    .command('rename')
    .description('give one another name')
    .argument('<machine>', 'name or id')
    .argument('<name>', 'for people')
    .action(
      inSession(io, async (session, [wanted = '', name = '']) => {
        const machine = await findMachine(session.kf, wanted);
        const answer = await session.kf.machines.update(machine.id, { name });
        const change = 'changeRequest' in answer ? answer : { ...answer, changeRequest: null };
        const done = `Renamed: ${machine.name} is ${name} now`;
        await reportChange(session, change, { wait: undefined, applied: () => done, value: machine.id });
      }),
    );
  for (const way of ['enable', 'disable'] as const) {
    machines
      .command(way)
      .description(way === 'enable' ? 'let it in again' : 'its tokens work no longer')
      .argument('<machine>', 'name or id')
      .action(
        inSession(io, async (session, [wanted = '']) => {
          const machine = await findMachine(session.kf, wanted);
          const answer = await session.kf.machines.update(machine.id, { disabled: way === 'disable' });
          const change = 'changeRequest' in answer ? answer : { ...answer, changeRequest: null };
          const done = `Done: ${way} ${machine.name}`;
          await reportChange(session, change, { wait: undefined, applied: () => done, value: machine.id });
        }),
      );
  }
}

/** By name or id. */
export function findMachine(kf: Keyferry, wanted: string): Promise<Machine> {
  return findNamed(kf.machines.list({ limit: 200 }), wanted, ({ name }) => [name], 'machine');
}
