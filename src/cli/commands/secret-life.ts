import { type Command, Option } from 'commander';
import type { MutationAnswer } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { COMMENT, CONFIRM, collect, confirmed, waitOption } from '../options.ts';
import { textPairs } from '../read-value.ts';
import { reportChange, type Wait } from '../report-change.ts';
import { findSecret, fullName, splitName } from '../secret-ref.ts';
import { inSession, type Session, SHARED } from '../session.ts';

interface Common {
  readonly comment?: string;
  readonly wait?: Wait;
}

interface DeleteOptions extends Common {
  readonly keepCopies?: boolean;
  readonly destroy?: boolean;
  readonly confirm?: string[];
}

interface EditOptions extends Common {
  readonly description?: string;
  readonly tag?: string[];
  readonly clearTags?: boolean;
  readonly attribute?: string[];
  readonly writeOnly?: boolean;
  readonly expires?: string;
  readonly expiry?: 'disable' | 'delete';
}

/** Ends secrets and versions, guards them, and changes what is not their value. */
export function addSecretLifeCommands(secrets: Command, io: Io): void {
  addEndings(secrets, io);
  secrets
    .command('restore')
    .description('bring a deleted secret back')
    .argument('<secret>', 'its id, or its name')
    .option(...COMMENT)
    .addOption(waitOption())
    .action(mutation(io, ({ kf }, id, body) => kf.secrets.restore(id, body), 'Restored', findDeleted));
  secrets
    .command('protect')
    .description('refuse deletion of a secret and its versions')
    .argument('<secret>', 'name, or folder/name')
    .option('--off', 'no longer')
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<Common & { off?: boolean }>(io, async (session, [name = ''], { off, comment, wait }) => {
        const { secret } = await findSecret(session, name);
        const { protect, unprotect } = session.kf.secrets;
        const answer = await (off ? unprotect : protect)(secret.id, { comment });
        const applied = () => `${off ? 'No longer protected' : 'Protected'}: ${fullName(secret)}`;
        await reportChange(session, answer, { wait, applied });
      }),
    );
  addSwitch(secrets, io, 'enable');
  addSwitch(secrets, io, 'disable');
  addEdit(secrets, io);
  addMoves(secrets, io);
}

function addEdit(secrets: Command, io: Io): void {
  secrets
    .command('edit')
    .description('change description, tags and what else is not its value')
    .argument('<secret>', 'name, or folder/name')
    .option('--description <text>', 'another description')
    .option('--tag <tag>', 'all the tags it shall have', collect)
    .option('--clear-tags', 'take all tags away')
    .option('--attribute <name=value>', 'all the attributes it shall have', collect)
    .option('--write-only', 'hand its values out to nobody')
    .option('--no-write-only', 'hand out values that are written from now on')
    .option('--expires <time>', 'when it is over, as 2030-01-31T00:00:00Z; "never": it lasts')
    .addOption(new Option('--expiry <action>', 'what happens to it then').choices(['disable', 'delete']))
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<EditOptions>(io, async (session, [name = ''], { comment, wait, ...options }) => {
        if (Object.keys(options).length === 0) {
          throw new CliError(EXIT.usage, 'There is nothing to change.', 'Say --description, --tag or another option.');
        }
        const { description, attribute, writeOnly, expires, expiry } = options;
        const tags = options.clearTags ? [] : options.tag;
        if (expires === undefined && expiry !== undefined) {
          throw new CliError(EXIT.usage, '--expiry says what happens, but not when.', 'Say --expires, too.');
        }
        const { secret } = await findSecret(session, name);
        const attributes = attribute && (await textPairs(io, attribute));
        const lifetime = expires === 'never' ? null : expires && { expiresAt: expires, action: expiry };
        const body = { description, tags, attributes, writeOnly, lifetime: lifetime === '' ? undefined : lifetime };
        const answer = await session.kf.secrets.edit(secret.id, { ...body, comment });
        await reportChange(session, answer, { wait, applied: () => `Changed: ${fullName(secret)}` });
      }),
    );
}

interface RenameOptions extends Common {
  readonly confirm?: string[];
}

function addMoves(secrets: Command, io: Io): void {
  secrets
    .command('rename')
    .description('give it another name or folder; its copies move along')
    .argument('<secret>', 'name, or folder/name')
    .argument('<new-name>', 'the whole new name: folder/name, or name for the top')
    .option(...CONFIRM, collect)
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<RenameOptions>(io, async (session, [name = '', wanted = ''], { confirm, comment, wait }) => {
        const { secret } = await findSecret(session, name);
        const body = { ...splitName(wanted), confirm: confirmed(confirm), comment };
        const answer = await session.kf.secrets.rename(secret.id, body);
        await reportChange(session, answer, { wait, applied: () => `Renamed: ${fullName(secret)} is ${wanted} now` });
      }),
    );
  secrets
    .command('move-source')
    .description('keep its value at another vault profile from now on')
    .argument('<secret>', 'name, or folder/name')
    .argument('<profile>', 'the new source')
    .option('--drop-old', 'delete it at the old source; usual: the old one goes on as a copy')
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<Common & { dropOld?: boolean }>(io, async (session, [name = '', profile = ''], options) => {
        const { dropOld, comment, wait } = options;
        const { secret } = await findSecret(session, name);
        const { id: profileId } = await session.kf.profile(profile);
        const what = `Move the value of ${fullName(secret)} to ${profile}${dropOld ? ' and delete the old one' : ''}?`;
        await assertSure(io, what, session.globals.yes === true);
        const body = { profileId, oldSource: dropOld ? ('drop' as const) : ('target' as const), comment };
        const answer = await session.kf.secrets.changeSource(secret.id, body);
        await reportChange(session, answer, { wait, applied: () => `Moved: ${fullName(secret)} is at ${profile} now` });
      }),
    );
}

function addEndings(secrets: Command, io: Io): void {
  secrets
    .command('delete')
    .description('delete a secret; it can be restored until its window ends')
    .argument('<secret>', 'name, or folder/name')
    .option('--keep-copies', 'leave the copies where they are')
    .option('--destroy', 'for good, at once')
    .option(...CONFIRM, collect)
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<DeleteOptions>(io, async (session, [name = ''], options) => {
        const { comment, wait, destroy, keepCopies } = options;
        const { secret } = destroy ? await findDeletedOrNot(session, name) : await findSecret(session, name);
        const what = `${destroy ? 'Destroy' : 'Delete'} ${fullName(secret)}${keepCopies ? '' : ' and its copies'}?`;
        await assertSure(io, what, session.globals.yes === true);
        const copies = keepCopies ? ('keep' as const) : ('delete' as const);
        const body = { comment, copies, confirm: confirmed(options.confirm) };
        const { kf } = session;
        const answer = destroy ? await kf.secrets.destroy(secret.id, body) : await kf.secrets.delete(secret.id, body);
        const back = `Deleted: ${fullName(secret)}\n  keyferry secrets restore ${secret.id}`;
        await reportChange(session, answer, {
          wait,
          applied: () => (destroy ? `Destroyed: ${fullName(secret)}` : back),
        });
      }),
    );
  secrets
    .command('delete-version')
    .description('destroy one version for good')
    .argument('<secret@version>', 'for example my-secret@2')
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<Common>(io, async (session, [name = ''], { comment, wait }) => {
        const { secret, ref } = await findSecret(session, name);
        const { version } = ref;
        if (typeof version !== 'number') throw new CliError(EXIT.usage, 'Which version?', `${fullName(secret)}@2`);
        await assertSure(io, `Destroy ${fullName(secret)}@${version}?`, session.globals.yes === true);
        const answer = await session.kf.secrets.destroyVersion(secret.id, version, { comment });
        await reportChange(session, answer, { wait, applied: () => `Destroyed: ${fullName(secret)}@${version}` });
      }),
    );
}

function addSwitch(secrets: Command, io: Io, way: 'enable' | 'disable'): void {
  secrets
    .command(way)
    .description(`${way} a secret, or one version of it`)
    .argument('<secret>', 'name, or name@3 for one version')
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<Common>(io, async (session, [name = ''], { comment, wait }) => {
        const { secret, ref } = await findSecret(session, name);
        const { version } = ref;
        const { kf } = session;
        const answer =
          typeof version === 'number'
            ? await kf.secrets[`${way}Version`](secret.id, version, { comment })
            : await kf.secrets[way](secret.id, { comment });
        const applied = () => `${way === 'enable' ? 'Enabled' : 'Disabled'}: ${name}`;
        await reportChange(session, answer, { wait, applied });
      }),
    );
}

function mutation(
  io: Io,
  act: (session: Session, id: string, body: { comment?: string | undefined }) => Promise<MutationAnswer>,
  done: string,
  find: typeof findDeleted,
) {
  return inSession<Common>(io, async (session, [name = ''], { comment, wait }) => {
    const { secret } = await find(session, name);
    const answer = await act(session, secret.id, { comment });
    await reportChange(session, answer, { wait, applied: () => `${done}: ${fullName(secret)}` });
  });
}

/** A name may stand for several that are gone: then only an id says which. */
async function findDeleted(session: Session, name: string): ReturnType<typeof findSecret> {
  if (/^[0-9a-f-]{36}$/.test(name)) return findSecret(session, name);
  const project = (await session.kf.projects.get(session.project)).id;
  const { customer = SHARED } = session;
  const gone = await session.kf.secrets.list({ project, customer, state: 'deleted', limit: 200 }).all();
  const [found, another] = gone.filter((secret) => fullName(secret) === name);
  if (found === undefined)
    throw new CliError(EXIT.notFound, `No secret ${name} was deleted.`, 'keyferry secrets list --state deleted');
  if (another !== undefined)
    throw new CliError(EXIT.usage, `Several secrets ${name} were deleted.`, 'Name one by its id.');
  return findSecret(session, found.id);
}

async function findDeletedOrNot(session: Session, name: string): ReturnType<typeof findSecret> {
  return findDeleted(session, name).catch(() => findSecret(session, name));
}
