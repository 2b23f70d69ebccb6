import { type Command, InvalidArgumentError } from 'commander';
import type { Project } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
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
    'write-only': ({ writeOnly }) => (writeOnly ? 'yes' : ''),
    secrets: ({ usage, maxSecrets }) =>
      [usage?.secrets, maxSecrets].filter((n) => n !== undefined && n !== null).join(' of '),
    created: ({ createdAt }) => createdAt,
  },
  value: ({ slug }) => slug,
};

/** `projects list|show|create|set|pause|resume|delete`. */
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
    .argument('<slug>', 'slug or id')
    .action(inSession(io, async (session, [slug = '']) => session.one(await session.kf.projects.get(slug), view)));
  projects
    .command('create')
    .description('make one')
    .argument('<slug>', 'stands in paths at vaults, and never changes')
    .option('--name <name>', 'default: the slug')
    .option('--description <text>', 'for people')
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
  addSettings(projects, io);
  for (const way of ['pause', 'resume'] as const) {
    projects
      .command(way)
      .description(way === 'pause' ? 'carry none of its secrets anywhere' : 'carry them again')
      .argument('<slug>', 'slug or id')
      .action(
        inSession(io, async (session, [slug = '']) =>
          session.done(`Done: ${way} ${slug}`, await session.kf.projects[way](slug)),
        ),
      );
  }
  projects
    .command('delete')
    .description('remove one that is empty')
    .argument('<slug>', 'slug or id')
    .action(
      inSession(io, async (session, [slug = '']) => {
        await assertSure(io, `Delete the project ${slug}?`, session.globals.yes === true);
        await session.kf.projects.delete(slug);
        session.done(`Deleted project: ${slug}`, { slug });
      }),
    );
}

interface Settings {
  readonly name?: string;
  readonly description?: string;
  readonly plainIdentifiers?: boolean;
  readonly writeOnly?: boolean;
  readonly maxSecrets?: number | 'none';
  readonly maxVersions?: number | 'none';
}

function addSettings(projects: Command, io: Io): void {
  projects
    .command('set')
    .description('change one')
    .argument('<slug>', 'slug or id')
    .option('--name <name>', 'another name; the slug stays')
    .option('--description <text>', 'for people')
    .option('--plain-identifiers', 'names of secrets must do for templates: no "-"')
    .option('--no-plain-identifiers', 'any name')
    .option('--write-only', 'hand its values out to nobody')
    .option('--no-write-only', 'hand out values that are written from now on')
    .option('--max-secrets <n>', 'how many it may hold; "none": any number', quota)
    .option('--max-versions <n>', 'how many versions each may have; "none": any number', quota)
    .action(
      inSession<Settings>(io, async (session, [slug = ''], options) => {
        if (Object.keys(options).length === 0) {
          throw new CliError(EXIT.usage, 'There is nothing to change.', 'Say --name, --max-secrets or another option.');
        }
        const project = await session.kf.projects.update(slug, {
          ...options,
          maxSecrets: options.maxSecrets === 'none' ? null : options.maxSecrets,
          maxVersions: options.maxVersions === 'none' ? null : options.maxVersions,
        });
        session.done(`Changed project: ${project.slug}`, project, project.slug);
      }),
    );
}

function quota(text: string): number | 'none' {
  if (text === 'none') return text;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1, or "none".');
  return Number(text);
}
