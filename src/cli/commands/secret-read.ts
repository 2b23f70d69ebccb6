import { type Command, Option } from 'commander';
import type { Query, Secret, SecretContent, SecretVersion } from '../../client/keyferry.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import { findSecret, fullName } from '../secret-ref.ts';
import { inSession, type Session } from '../session.ts';
import type { View } from '../show.ts';

const listView: View<Secret> = {
  columns: {
    name: fullName,
    type: ({ type }) => type,
    state: ({ state, enabled }) => (state === 'active' && !enabled ? 'disabled' : state),
    version: ({ latestVersion }) => latestVersion,
    protected: (secret) => (secret.protected ? 'yes' : ''),
    updated: ({ updatedAt }) => updatedAt,
  },
  value: fullName,
};

const detailView: View<Secret> = {
  columns: {
    ...listView.columns,
    id: ({ id }) => id,
    description: ({ description }) => description,
    tags: ({ tags }) => tags.join(', '),
    'newest enabled version': ({ latestEnabledVersion }) => latestEnabledVersion,
    'source path': ({ sourcePath }) => sourcePath,
    'open change request': ({ pendingChangeId }) => pendingChangeId,
    'destroyed after': ({ destroyAfter }) => destroyAfter,
    created: ({ createdAt, createdBy }) => `${createdAt} by ${createdBy.name}`,
    'last change by': ({ updatedBy }) => updatedBy.name,
  },
  value: ({ id }) => id,
};

const versionView: View<SecretVersion> = {
  columns: {
    version: ({ version }) => version,
    state: ({ state }) => state,
    created: ({ createdAt }) => createdAt,
    by: ({ createdBy }) => createdBy.name,
    fields: ({ fieldNames }) => fieldNames.join(', '),
    description: ({ description }) => description,
  },
  value: ({ version }) => version,
};

/** `secrets get|list|list-versions|describe`. */
export function addSecretReadCommands(secrets: Command, io: Io): void {
  secrets
    .command('get')
    .description('print a value; the read is recorded')
    .argument('<secret>', 'name, folder/name, name@3, or name#field')
    .option('--field <name>', 'one field of several')
    .action(
      inSession<{ field?: string }>(io, async (session, [name = ''], { field }) => {
        const { secret, ref } = await findSecret(session, name);
        const content = await session.kf.secrets.content(secret.id, ref.version);
        printContent(session, content, field ?? ref.field);
      }),
    );
  secrets
    .command('list')
    .description('secrets of the project')
    .option('--folder <path>', 'in this folder and below')
    .option('--type <type>', 'of this type')
    .option('--tag <tag>', 'with this tag')
    .addOption(
      new Option('--state <state>', 'default: all but deleted ones').choices([
        'active',
        'pending_approval',
        'rejected',
        'failed',
        'deleted',
        'destroyed',
        'draft',
      ]),
    )
    .option('--all-projects', 'of every project')
    .addOption(limitOption())
    .action(
      inSession<ListOptions>(io, async (session, _args, options) => {
        const { folder: path, type, tag, state, allProjects, limit } = options;
        const project = allProjects ? undefined : await projectId(session);
        const query = { project, path, type, tag, state } as Query<'listSecrets'>;
        session.list(await atMost(session.kf.secrets.list(query), limit), listView);
      }),
    );
  secrets
    .command('list-versions')
    .alias('versions')
    .description('versions of a secret, newest first')
    .argument('<secret>')
    .addOption(limitOption())
    .action(
      inSession<{ limit: number }>(io, async (session, [name = ''], { limit }) => {
        const { secret } = await findSecret(session, name);
        session.list(await atMost(session.kf.secrets.versions(secret.id), limit), versionView);
      }),
    );
  secrets
    .command('describe')
    .alias('show')
    .description('everything about a secret but its value')
    .argument('<secret>', 'name, or name@3 for one version')
    .action(
      inSession(io, async (session, [name = '']) => {
        const { secret, ref } = await findSecret(session, name);
        if (ref.version === 'latest_enabled') session.one(secret, detailView);
        else session.one(await session.kf.secrets.version(secret.id, ref.version), versionView);
      }),
    );
}

interface ListOptions {
  readonly folder?: string;
  readonly type?: string;
  readonly tag?: string;
  readonly state?: string;
  readonly allProjects?: boolean;
  readonly limit: number;
}

/** The project's id, which a list needs; it says so when there is no such project. */
async function projectId({ kf, project }: Session): Promise<string> {
  return (await kf.projects.get(project)).id;
}

/** One value as it is, byte by byte, where it does not go to a terminal; several as a table. */
function printContent(session: Session, content: SecretContent, field: string | undefined): void {
  const { io, globals } = session;
  const names = Object.keys(content.payload);
  const wanted = field ?? (names.length === 1 ? names[0] : undefined);
  if (globals.output === 'json' || globals.output === 'yaml') {
    session.one(field === undefined ? content : pick(content, field), { columns: {}, value: () => '' });
    return;
  }
  if (wanted === undefined) {
    if (globals.output === 'value') {
      throw new CliError(EXIT.usage, `It has several fields: ${names.join(', ')}.`, 'Choose one with --field.');
    }
    session.list(Object.entries(content.payload), {
      columns: { field: ([name]) => name, value: ([, value]) => (typeof value === 'string' ? value : '(bytes)') },
      value: ([name]) => name,
    });
    return;
  }
  const value = pick(content, wanted);
  if (typeof value !== 'string') {
    if (io.stdout.isTTY) throw new CliError(EXIT.usage, 'The value is not text.', 'Send it to a file: > file');
    io.stdout.write(Buffer.from(value.base64, 'base64'));
  } else io.stdout.write(io.stdout.isTTY ? `${value}\n` : value);
}

function pick({ payload }: SecretContent, field: string): string | { readonly base64: string } {
  const value = Object.hasOwn(payload, field) ? payload[field] : undefined;
  if (value !== undefined) return value;
  const names = Object.keys(payload).join(', ');
  throw new CliError(EXIT.notFound, `It has no field ${field}.`, `It has: ${names}.`);
}

/** The names of secrets, for completion. */
export async function secretNames(session: Session): Promise<string[]> {
  const project = await projectId(session);
  return (await session.kf.secrets.list({ project, limit: 200 }).all(200)).map(fullName);
}
