import type { Command } from 'commander';
import type { MutationAnswer } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { COMMENT, collect, waitOption } from '../options.ts';
import { reportChange, type Wait } from '../report-change.ts';
import { findSecret, fullName } from '../secret-ref.ts';
import { inSession, type Session } from '../session.ts';

interface Common {
  readonly comment?: string;
  readonly wait?: Wait;
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
    .argument('<secret>')
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
  secrets
    .command('edit')
    .description('change description and tags')
    .argument('<secret>')
    .option('--description <text>')
    .option('--tag <tag>', 'all the tags it shall have', collect)
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<Common & { description?: string; tag?: string[] }>(io, async (session, [name = ''], options) => {
        const { description, tag: tags, comment, wait } = options;
        if (description === undefined && tags === undefined) {
          throw new CliError(EXIT.usage, 'There is nothing to change.', 'Say --description or --tag.');
        }
        const { secret } = await findSecret(session, name);
        const answer = await session.kf.secrets.edit(secret.id, { description, tags, comment });
        await reportChange(session, answer, { wait, applied: () => `Changed: ${fullName(secret)}` });
      }),
    );
}

function addEndings(secrets: Command, io: Io): void {
  secrets
    .command('delete')
    .description('delete a secret; it can be restored until its window ends')
    .argument('<secret>')
    .option('--keep-copies', 'leave the copies where they are')
    .option('--destroy', 'for good, at once')
    .option(...COMMENT)
    .addOption(waitOption())
    .action(
      inSession<Common & { keepCopies?: boolean; destroy?: boolean }>(io, async (session, [name = ''], options) => {
        const { comment, wait, destroy, keepCopies } = options;
        const { secret } = destroy ? await findDeletedOrNot(session, name) : await findSecret(session, name);
        const what = `${destroy ? 'Destroy' : 'Delete'} ${fullName(secret)}${keepCopies ? '' : ' and its copies'}?`;
        await assertSure(io, what, session.globals.yes === true);
        const body = { comment, copies: keepCopies ? ('keep' as const) : ('delete' as const) };
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
  const gone = await session.kf.secrets.list({ project, state: 'deleted', limit: 200 }).all();
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
