import type { Command } from 'commander';
import type { Customer } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';

const view: View<Customer> = {
  columns: {
    slug: ({ slug }) => slug,
    name: ({ name }) => name,
    created: ({ createdAt }) => createdAt,
    id: ({ id }) => id,
  },
  value: ({ slug }) => slug,
};

/** `customers list|show|create|rename|delete`. */
export function addCustomerCommands(program: Command, io: Io): void {
  const customers = program
    .command('customers')
    .description('customers of the project, each with secrets of its own; see --customer');
  customers
    .command('list')
    .description('all of the project')
    .addOption(limitOption())
    .action(
      inSession<{ limit: number }>(io, async (session, _args, { limit }) =>
        session.list(await atMost(session.kf.customers.list(session.project), limit), view),
      ),
    );
  customers
    .command('show')
    .description('one of them')
    .argument('<customer>', 'slug or id')
    .action(
      inSession(io, async (session, [customer = '']) =>
        session.one(await session.kf.customers.get(session.project, customer), view),
      ),
    );
  customers
    .command('create')
    .description('make one')
    .argument('<slug>', 'stands in paths at vaults, and never changes')
    .option('--name <name>', 'default: the slug')
    .action(
      inSession<{ name?: string }>(io, async (session, [slug = ''], { name = slug }) => {
        const made = await session.kf.customers.create(session.project, { slug, name });
        const next = `keyferry --customer ${made.slug} secrets set <secret>`;
        session.done(`Created customer: ${made.slug}\n  ${next}`, made, made.slug);
      }),
    );
  customers
    .command('rename')
    .description('give one another name; its slug stays')
    .argument('<customer>', 'slug or id')
    .argument('<name>', 'for people')
    .action(
      inSession(io, async (session, [customer = '', name = '']) => {
        const renamed = await session.kf.customers.update(session.project, customer, { name });
        session.done(`Renamed: ${renamed.slug} is ${renamed.name} now`, renamed, renamed.slug);
      }),
    );
  customers
    .command('delete')
    .description('remove one that has no secrets')
    .argument('<customer>', 'slug or id')
    .action(
      inSession(io, async (session, [customer = '']) => {
        await assertSure(io, `Delete the customer ${customer}?`, session.globals.yes === true);
        await session.kf.customers.delete(session.project, customer);
        session.done(`Deleted customer: ${customer}`, { slug: customer });
      }),
    );
}
