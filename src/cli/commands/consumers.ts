import type { Command } from 'commander';
import type { Consumer, Keyferry } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { findNamed } from '../find-named.ts';
import type { Io } from '../io.ts';
import { atMost, collect, FALLBACK, limitOption } from '../options.ts';
import { readText } from '../read-value.ts';
import { findSecret } from '../secret-ref.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';

const view: View<Consumer> = {
  columns: {
    name: ({ name }) => name,
    reads: ({ references }) => references.map(({ reference }) => reference).join(', '),
    description: ({ description }) => description,
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

interface CreateOptions {
  readonly secret?: string[];
  readonly template?: string;
  readonly description?: string;
  readonly webhook?: string;
  readonly fallback?: boolean;
}

/** `consumers list|show|create|delete`. */
export function addConsumerCommands(program: Command, io: Io): void {
  const consumers = program
    .command('consumers')
    .description('what reads secrets: told of changes, asked before deletion');
  consumers
    .command('list')
    .description('all of the project')
    .option('--secret <secret>', 'that read this one')
    .addOption(limitOption())
    .action(
      inSession<{ secret?: string; limit: number }>(io, async (session, _args, { secret, limit }) => {
        const secretId = secret === undefined ? undefined : (await findSecret(session, secret)).secret.id;
        const query = { project: session.project, secretId };
        session.list(await atMost(session.kf.consumers.list(query), limit), view);
      }),
    );
  consumers
    .command('show')
    .description('one of them')
    .argument('<consumer>', 'name or id')
    .action(
      inSession(io, async (session, [wanted = '']) =>
        session.one(await findConsumer(session.kf, session.project, wanted), view),
      ),
    );
  addConsumerWriting(consumers, io);
}

function addConsumerWriting(consumers: Command, io: Io): void {
  consumers
    .command('create')
    .description('register what reads secrets')
    .argument('<name>', 'for people')
    .option('--secret <reference>', 'that it reads: name, folder/name or name@3', collect)
    .option('--template <file>', 'instead: those that this template refers to; its text is not kept')
    .option('--description <text>', 'for people')
    .option('--webhook <id>', 'that is told; usual: those of the project that ask for it')
    .option(...FALLBACK)
    .action(
      inSession<CreateOptions>(io, async (session, [name = ''], options) => {
        const { secret: references, template, description, webhook: webhookId, fallback } = options;
        if ((references === undefined) === (template === undefined)) {
          throw new CliError(EXIT.usage, 'What does it read?', 'Say --secret or --template, one of them.');
        }
        const { customer, project } = session;
        const text = template === undefined ? undefined : await readText(template);
        const of = { project, customer, fallback: customer === undefined ? undefined : fallback };
        const made = await session.kf.consumers.create({
          ...of,
          name,
          description,
          webhookId,
          references,
          template: text,
        });
        const reads = made.references.map(({ reference }) => reference).join(', ');
        session.done(`Registered: ${made.name} reads ${reads}`, made, made.id);
      }),
    );
  consumers
    .command('delete')
    .description('it reads them no longer')
    .argument('<consumer>', 'name or id')
    .action(
      inSession(io, async (session, [wanted = '']) => {
        const found = await findConsumer(session.kf, session.project, wanted);
        await assertSure(io, `Forget the consumer ${found.name}?`, session.globals.yes === true);
        await session.kf.consumers.delete(found.id);
        session.done(`Forgotten: ${found.name}`, found, found.id);
      }),
    );
}

function findConsumer(kf: Keyferry, project: string, wanted: string): Promise<Consumer> {
  return findNamed(kf.consumers.list({ project, limit: 200 }), wanted, ({ name }) => [name], 'consumer');
}
