import type { Command } from 'commander';
import type { VersionSelector } from '../../client/keyferry.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { FALLBACK } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { type ReadOutcome, readMany } from '../read-many.ts';
import { findSecret, fullName } from '../secret-ref.ts';
import { inSession, type Session } from '../session.ts';

interface GetOptions {
  readonly field?: string;
  readonly fallback?: boolean;
}

/** One secret that is asked for. */
interface Asked {
  readonly secretId: string;
  readonly name: string;
  readonly version: VersionSelector;
  readonly field: string | undefined;
}

/** What came of one of several. */
type Got = { readonly name: string } & Pick<ReadOutcome<Asked>, 'content' | 'error'>;

/** `secrets get`. */
export function addSecretGetCommand(secrets: Command, io: Io, setExitCode: SetExitCode): void {
  secrets
    .command('get')
    .description('print a value, or those of several; each read is recorded')
    .argument('<secret...>', 'name, folder/name, name@3, or name#field')
    .option('--field <name>', 'one field of several')
    .option(...FALLBACK)
    .addHelpText(
      'after',
      '\nExamples:\n  keyferry secrets get db-login#password\n  keyferry secrets get db-login@3 api-token -o json',
    )
    .action(
      inSession<GetOptions>(io, async (session, names, { field, fallback }) => {
        const asked: Asked[] = [];
        for (const name of names) {
          const { secret, ref } = await findSecret(session, name, fallback);
          const wanted = field ?? ref.field;
          asked.push({ secretId: secret.id, name: fullName(secret), version: ref.version, field: wanted });
        }
        const [only] = asked;
        if (only !== undefined && asked.length === 1) return printContent(session, only);
        if (!(await printSeveral(session, asked))) setExitCode(EXIT.notApplied);
      }),
    );
}

/** One value as it is, byte by byte, where it does not go to a terminal; several fields as a table. */
async function printContent(session: Session, { secretId, version, field }: Asked): Promise<void> {
  const { io, globals } = session;
  const content = await session.kf.call('getVersionContent', { params: { secretId, version }, query: { field } });
  const names = Object.keys(content.payload);
  if (globals.output === 'json' || globals.output === 'yaml') {
    const shown = field === undefined ? content : content.payload[field];
    session.one(shown, { columns: {}, value: () => '' });
    return;
  }
  const value = names.length === 1 ? content.payload[names[0] ?? ''] : undefined;
  if (value === undefined) {
    if (globals.output === 'value') {
      throw new CliError(EXIT.usage, `It has several fields: ${names.join(', ')}.`, 'Choose one with --field.');
    }
    session.list(Object.entries(content.payload), {
      columns: { field: ([name]) => name, value: ([, text]) => shownText(text) },
      value: ([name]) => name,
    });
    return;
  }
  if (typeof value !== 'string') {
    if (io.stdout.isTTY) throw new CliError(EXIT.usage, 'The value is not text.', 'Send it to a file: > file');
    io.stdout.write(Buffer.from(value.base64, 'base64'));
  } else io.stdout.write(io.stdout.isTTY ? `${value}\n` : value);
}

/** Several, in as few calls as it takes. Answers whether all could be read. */
async function printSeveral(session: Session, asked: readonly Asked[]): Promise<boolean> {
  const { output } = session.globals;
  if (output === 'value') {
    throw new CliError(EXIT.usage, 'Where one value ends and the next begins would be lost.', 'Take -o json or yaml.');
  }
  const item = ({ secretId, version, field }: Asked) => ({ secretId, version: String(version), field });
  const got = (await readMany(session, asked, { item })).map(
    ({ of, ...outcome }): Got => ({ name: of.name, ...outcome }),
  );
  if (output === 'json' || output === 'yaml') session.list(got, { columns: {}, value: ({ name }) => name });
  else session.list(got.flatMap(rowsOf), { columns: ROW, value: ({ name }) => name });
  return got.every(({ error }) => error === null);
}

interface Row {
  readonly name: string;
  readonly field: string;
  readonly value: string;
}

const ROW = { name: ({ name }: Row) => name, field: ({ field }: Row) => field, value: ({ value }: Row) => value };

function rowsOf({ name, content, error }: Got): Row[] {
  if (content === null) return [{ name, field: '', value: `(not read: ${error?.code ?? 'unknown'})` }];
  const label = `${name}@${content.version}`;
  return Object.entries(content.payload).map(([field, value]) => ({ name: label, field, value: shownText(value) }));
}

function shownText(value: string | { readonly base64: string }): string {
  return typeof value === 'string' ? value : '(bytes)';
}
