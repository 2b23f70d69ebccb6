import type { Command } from 'commander';
import type { Project } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';

const view: View<Project> = {
  columns: {
    slug: ({ slug }) => slug,
    name: ({ name }) => name,
    description: ({ description }) => description,
    paused: ({ pausedAt }) => pausedAt,
    created: ({ createdAt }) => createdAt,
  },
  value: ({ slug }) => slug,
};

/** `projects list|show|create|delete`. */
export function addProjectCommands(program: Command, io: Io): void {
  const projects = program.command('projects').alias('project').description('places that hold secrets');
  projects
    .command('list')
    .description('all that you may see')
    .addOption(limitOption())
    .action(
      inSession<{ limit: number }>(io, async (session, _args, { limit }) =>
        session.list(await atMost(session.kf.projects.list(), limit), view),
      ),
    );
  projects
    .command('show')
    .description('one of them')
    .argument('<slug>')
    .action(inSession(io, async (session, [slug = '']) => session.one(await session.kf.projects.get(slug), view)));
  projects
    .command('create')
    .description('make one')
    .argument('<slug>', 'stands in paths at vaults, and never changes')
    .option('--name <name>', 'default: the slug')
    .option('--description <text>')
    .option('--plain-identifiers', 'names of secrets must do for templates: no "-"')
    .action(
      inSession<{ name?: string; description?: string; plainIdentifiers?: boolean }>(
        io,
        async (session, [slug = ''], options) => {
          const { name = slug, description, plainIdentifiers } = options;
          const project = await session.kf.projects.create({ slug, name, description, plainIdentifiers });
          session.done(`Created project: ${project.slug}`, project, project.slug);
        },
      ),
    );
  projects
    .command('delete')
    .description('remove one that is empty')
    .argument('<slug>')
    .action(
      inSession(io, async (session, [slug = '']) => {
        await assertSure(io, `Delete the project ${slug}?`, session.globals.yes === true);
        await session.kf.projects.delete(slug);
        session.done(`Deleted project: ${slug}`, { slug });
      }),
    );
}
