import { type Command, Option } from 'commander';
import type { Folder, Query, Secret, SecretUse, SecretVersion } from '../../client/keyferry.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import { findSecret, fullName, meantSecrets } from '../secret-ref.ts';
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
    attributes: ({ attributes }) => pairs(attributes),
    'write-only': ({ writeOnly }) => (writeOnly ? 'yes' : ''),
    'over at': ({ expiresAt, onExpiry }) => (expiresAt === null ? '' : `${expiresAt} (${onExpiry})`),
    'kept by the system': ({ systemOwner }) => systemOwner,
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

function pairs(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** `secrets list|list-versions|describe|folders|uses`. */
export function addSecretReadCommands(secrets: Command, io: Io): void {
  addFinding(secrets, io);
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
        const { customer } = session.globals;
        const query = { project, path, type, tag, state, customer } as Query<'listSecrets'>;
        const found = await atMost(session.kf.secrets.list(query), limit);
        session.list(found, await viewWithCustomers(session, found));
      }),
    );
  secrets
    .command('list-versions')
    .alias('versions')
    .description('versions of a secret, newest first')
    .argument('<secret>', 'name, or folder/name')
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

const folderView: View<Folder> = {
  columns: {
    folder: ({ path }) => path,
    secrets: ({ secrets }) => secrets,
    'with those below': ({ secretsInAll }) => secretsInAll,
  },
  value: ({ path }) => path,
};

const useView: View<SecretUse> = {
  columns: {
    consumer: ({ name }) => name,
    reads: ({ selector }) => selector,
    'now version': ({ version }) => version,
    id: ({ id }) => id,
  },
  value: ({ id }) => id,
};

function addFinding(secrets: Command, io: Io): void {
  secrets
    .command('folders')
    .description('folders right below one, or at the top')
    .argument('[folder]', 'default: the top')
    .addOption(limitOption())
    .action(
      inSession<{ limit: number }>(io, async (session, [prefix], { limit }) => {
        const folders = session.kf.projects.folders(session.project, { prefix, limit: 200 });
        session.list(await atMost(folders, limit), folderView);
      }),
    );
  secrets
    .command('uses')
    .description('consumers that read a secret, and at which version')
    .argument('<secret>', 'name, or folder/name')
    .action(
      inSession(io, async (session, [name = '']) => {
        const { secret } = await findSecret(session, name);
        session.list(await session.kf.consumers.of(secret.id), useView);
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

/** Whose each is, by slug, when one of them is a customer's. */
async function viewWithCustomers({ kf }: Session, found: readonly Secret[]): Promise<View<Secret>> {
  const owned = found.filter(({ customerId }) => customerId !== null);
  const slugs = new Map<string, string>();
  for (const projectId of new Set(owned.map((secret) => secret.projectId))) {
    for await (const { id, slug } of kf.customers.list(projectId, { limit: 200 })) slugs.set(id, slug);
  }
  if (owned.length === 0) return listView;
  const { name, ...others } = listView.columns;
  const customer = ({ customerId }: Secret) => (customerId === null ? '' : (slugs.get(customerId) ?? customerId));
  return { ...listView, columns: { name: name ?? fullName, customer, ...others } };
}

/** The names of secrets, for completion. */
export async function secretNames(session: Session): Promise<string[]> {
  const names: string[] = [];
  for await (const secret of meantSecrets(session, { fallback: true })) {
    names.push(fullName(secret));
    if (names.length >= 200) break;
  }
  return names;
}
