import { type Command, Option } from 'commander';
import type { ChangeRequest } from '../../client/keyferry.ts';
import { payloadOf } from '../../client/payload.ts';
import type { Payload } from '../bundle.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { collect, waitOption, wholeNumber } from '../options.ts';
import { readValue } from '../read-value.ts';
import { reportChange, type Wait } from '../report-change.ts';
import { inSession, type Session } from '../session.ts';

interface ContentOptions {
  readonly value?: boolean;
  readonly file?: string;
  readonly field?: string[];
  readonly json?: boolean;
}

interface RetryOptions extends ContentOptions {
  readonly wait?: Wait;
}

interface RevisionOptions extends RetryOptions {
  readonly comment?: string;
  readonly versionDescription?: string;
  readonly revision?: number;
}

/** `changes cancel|submit|edit|rebase|retry|wait`. */
export function addOwnChangeCommands(changes: Command, io: Io): void {
  changes
    .command('cancel')
    .description('withdraw one of yours')
    .argument('<id>', 'of the change request')
    .action(
      inSession(io, async (session, [id = '']) => session.done('Cancelled.', await session.kf.changes.cancel(id))),
    );
  changes
    .command('submit')
    .description('a draft: ask for it')
    .argument('<id>', 'of the change request')
    .addOption(waitOption())
    .action(
      inSession<{ wait?: Wait }>(io, async (session, [id = ''], { wait }) => {
        const changeRequest = await session.kf.changes.submit(id);
        await reportChange(session, { changeRequest }, { wait, applied: () => 'Applied.' });
      }),
    );
  addRevising(changes, io);
  withContent(changes.command('retry'))
    .description('a failed one, once more; with --value the same content again')
    .argument('<id>', 'of the change request')
    .addOption(waitOption())
    .action(
      inSession<RetryOptions>(io, async (session, [id = ''], options) => {
        const payload = await contentOf(session, await session.kf.changes.get(id), options);
        const changeRequest = await session.kf.changes.retry(id, { payload });
        await reportChange(session, { changeRequest }, { wait: options.wait, applied: () => 'Applied.' });
      }),
    );
  changes
    .command('wait')
    .description('wait for one')
    .argument('<id>', 'of the change request')
    .addOption(waitOption())
    .action(
      inSession<{ wait?: Wait }>(io, async (session, [id = ''], { wait = 'applied' }) => {
        const changeRequest = await session.kf.changes.get(id);
        await reportChange(session, { changeRequest }, { wait, applied: () => 'Applied.' });
      }),
    );
}

const REVISIONS = {
  edit: 'another content or comment, as a new revision; votes begin anew',
  rebase: 'on the secret as it is now, also after a conflict; votes begin anew',
} as const;

function addRevising(changes: Command, io: Io): void {
  for (const way of ['edit', 'rebase'] as const) {
    withContent(changes.command(way))
      .description(REVISIONS[way])
      .argument('<id>', 'of the change request')
      .option('--version-description <text>', 'of the version that it makes')
      .option('-m, --comment <text>', 'why, for reviewers; usual: as before')
      .addOption(new Option('--revision <n>', 'only if it is still this').argParser(wholeNumber))
      .addOption(waitOption())
      .action(
        inSession<RevisionOptions>(io, async (session, [id = ''], options) => {
          const { comment, versionDescription, wait } = options;
          const change = await session.kf.changes.get(id);
          const payload = await contentOf(session, change, options);
          const said = { payload, comment, versionDescription };
          if (way === 'edit' && Object.values(said).every((given) => given === undefined)) {
            throw new CliError(EXIT.usage, 'There is nothing to change.', 'Say --value, --file, --field or --comment.');
          }
          const expectedRevision = options.revision ?? change.revision;
          const changeRequest = await session.kf.changes[way](id, { ...said, expectedRevision });
          await reportChange(session, { changeRequest }, { wait, applied: () => 'Applied.' });
        }),
      );
  }
}

function withContent(command: Command): Command {
  return command
    .option('--value', 'its content, from standard input or asked for')
    .option('-f, --file <file>', 'its content, from a file')
    .option('--field <name=value>', 'one field; name=@file, name=- (stdin) or name=? (ask)', collect)
    .option('--json', 'the content is a JSON object of fields');
}

/** The content that is given anew; undefined when none is. Each field of the type is asked for. */
async function contentOf(
  session: Session,
  { secretId }: Pick<ChangeRequest, 'secretId'>,
  options: ContentOptions,
): Promise<Payload | undefined> {
  const { value, file, field, json } = options;
  if (!value && !json && file === undefined && field === undefined) return undefined;
  const from = { value: undefined, ...(file && { file }), ...(field && { field }), ...(json && { json }) };
  const type = secretId === null ? undefined : (await session.kf.secrets.get(secretId)).type;
  return payloadOf(await readValue(session.io, from, type));
}
