import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse } from 'yaml';
import type { ApprovalProfile, Body, Keyferry } from '../../client/keyferry.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { findNamed } from '../find-named.ts';
import type { Io } from '../io.ts';
import { atMost, collect, limitOption } from '../options.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';
import { findPerson } from './people.ts';

const view: View<ApprovalProfile> = {
  columns: {
    name: ({ name }) => name,
    version: ({ version }) => version,
    rules: ({ rules }) =>
      rules
        .map(({ name, steps }) => `${name}: ${steps.map((step) => `${step.name} (${step.required})`).join(', ')}`)
        .join('; '),
    problem: ({ unsatisfiable }) => (unsatisfiable === null ? '' : `nobody can approve "${unsatisfiable.step}"`),
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

interface CreateOptions {
  readonly approver?: string[];
  readonly required: string;
  readonly file?: string;
}

/** `approval-profiles list|show|create`. */
export function addPolicyCommands(program: Command, io: Io): void {
  const policies = program.command('approval-profiles').alias('policies').description('who must agree');
  policies
    .command('list')
    .description('all approval profiles')
    .addOption(limitOption())
    .action(
      inSession<{ limit: number }>(io, async (session, _args, { limit }) =>
        session.list(await atMost(session.kf.approvalProfiles.list(), limit), view),
      ),
    );
  policies
    .command('show')
    .description('one of them')
    .argument('<name>', 'name or id')
    .action(inSession(io, async (session, [name = '']) => session.one(await findPolicy(session.kf, name), view)));
  policies
    .command('create')
    .description('make one: of some approvers, or of a file with rules')
    .argument('<name>', 'what it shall be called')
    .option('--approver <person>', 'name, e-mail address or id', collect)
    .option('--required <n>', 'how many of them', '1')
    .option('-f, --file <file>', 'rules or steps as JSON or YAML, as the API takes them')
    .action(
      inSession<CreateOptions>(io, async (session, [name = ''], options) => {
        const policy = await policyOf(session.kf, name, options);
        const made = await session.kf.approvalProfiles.create(policy);
        session.done(
          `Created approval profile: ${made.name}\n  keyferry profiles set <profile> --approval "${made.name}"`,
          made,
          made.id,
        );
      }),
    );
}

/** By name or id. */
export function findPolicy(kf: Keyferry, wanted: string): Promise<ApprovalProfile> {
  return findNamed(kf.approvalProfiles.list({ limit: 200 }), wanted, ({ name }) => [name], 'approval profile');
}

async function policyOf(
  kf: Keyferry,
  name: string,
  { approver, required, file }: CreateOptions,
): Promise<Body<'createApprovalProfile'>> {
  if ((approver === undefined) === (file === undefined)) {
    throw new CliError(EXIT.usage, 'Say who approves, or give a file; one of them.', 'Use --approver or --file.');
  }
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) throw new CliError(EXIT.usage, `${file} cannot be read.`, 'Look at its name and mode.');
    const given = parsed(text);
    if (given === undefined)
      throw new CliError(EXIT.usage, `${file} is neither JSON nor YAML.`, 'rules: [{name: …, steps: […]}]');
    return { ...given, name };
  }
  const users = await Promise.all((approver ?? []).map(async (person) => (await findPerson(kf, person)).id));
  if (!/^[1-9]\d?$/.test(required))
    throw new CliError(EXIT.usage, '--required is a whole number from 1.', 'For example --required 2.');
  return { name, steps: [{ name: 'review', approvers: { users }, required: Number(required) }] };
}

function parsed(text: string): object | undefined {
  try {
    const given: unknown = parse(text);
    return typeof given === 'object' && given !== null && !Array.isArray(given) ? given : undefined;
  } catch {
    return undefined;
  }
}
