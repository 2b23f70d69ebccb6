import type { Command } from 'commander';
import { type Body, KeyferryError, type MutationAnswer, type Secret } from '../../client/keyferry.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { collect, waitOption } from '../options.ts';
import { readValue } from '../read-value.ts';
import { type Report, reportChange, type Wait } from '../report-change.ts';
import { findSecret, fullName, parseSecretRef } from '../secret-ref.ts';
import { inSession, type Session } from '../session.ts';

const TYPES = 'basic_auth, api_key, jwt_token, private_key, secret_key, key_store, key_value, generic';

interface SetOptions {
  readonly type?: Body<'createSecret'>['type'];
  readonly file?: string;
  readonly field?: string[];
  readonly json?: boolean;
  readonly source?: string;
  readonly target?: string[];
  readonly tag?: string[];
  readonly description?: string;
  readonly comment?: string;
  readonly ifVersion?: string;
  readonly draft?: boolean;
  readonly wait?: Wait;
}

/** `secrets set` and `secrets rollback`. */
export function addSecretWriteCommands(secrets: Command, io: Io): void {
  secrets
    .command('set')
    .description('write a new version, and make the secret if there is none')
    .argument('<secret>', 'name or folder/name')
    .argument('[value]', 'better not here: from standard input (-), --file, --field, or asked for')
    .option('-t, --type <type>', `of a new secret: ${TYPES}`)
    .option('-f, --file <file>', 'take the value from a file')
    .option('--field <name=value>', 'one field; name=@file, name=- (stdin) or name=? (ask)', collect)
    .option('--json', 'the value is a JSON object of fields')
    .option('--source <profile>', 'vault profile of a new secret')
    .option('--target <profile>', 'vault profile that gets a copy of a new secret', collect)
    .option('--tag <tag>', 'of a new secret', collect)
    .option('--description <text>', 'of a new secret')
    .option('-m, --comment <text>', 'why, for reviewers')
    .option('--if-version <n>', 'refuse unless this is the newest version; 0: there is none')
    .option('--draft', 'only record it')
    .addOption(waitOption())
    .action(
      inSession<SetOptions>(io, async (session, [name = '', value], options) => {
        await setSecret(session, name, value, options);
      }),
    );
  secrets
    .command('rollback')
    .description('make an older version the newest again, as a new one')
    .argument('<secret>')
    .argument('<version>')
    .option('-m, --comment <text>', 'why, for reviewers')
    .addOption(waitOption())
    .action(
      inSession<{ comment?: string; wait?: Wait }>(io, async (session, [name = '', version], { comment, wait }) => {
        const { secret } = await findSecret(session, name);
        const answer = await session.kf.secrets.rollback(secret.id, { version: wholeNumber(version), comment });
        await reportChange(session, answer, versionReport(secret, answer, wait));
      }),
    );
}

async function setSecret(
  session: Session,
  name: string,
  given: string | undefined,
  options: SetOptions,
): Promise<void> {
  const { path, name: bare, version, field } = parseSecretRef(name);
  if (version !== 'latest_enabled' || field !== undefined) {
    throw new CliError(
      EXIT.usage,
      'A new version takes the next number by itself.',
      `keyferry secrets set ${fullName({ path, name: bare })}`,
    );
  }
  const found = await findExisting(session, name);
  const { type, file, json, field: fields } = options;
  const from = { value: given, ...(file && { file }), ...(fields && { field: fields }), ...(json && { json }) };
  const value = await readValue(session.io, from, found?.type ?? type);
  if (found === undefined) return create(session, path, bare, value, options);
  assertOnlyForExisting(found, options);
  const handle = await (await session.kf.project(found.projectId)).secret(fullName(found));
  const answer = await handle.set(value, {
    comment: options.comment,
    draft: options.draft,
    expectedVersion: options.ifVersion === undefined ? undefined : wholeNumber(options.ifVersion),
  });
  await reportChange(session, answer, versionReport(found, answer, options.wait));
}

async function create(
  session: Session,
  path: string,
  name: string,
  value: Awaited<ReturnType<typeof readValue>>,
  options: SetOptions,
): Promise<void> {
  const { type, target: targets, tag: tags, description, comment, draft } = options;
  if (options.ifVersion !== undefined && options.ifVersion !== '0') {
    throw new CliError(EXIT.conflict, `There is no secret ${fullName({ path, name })}, so no version either.`);
  }
  const { slug } = await session.kf.projects.get(session.project);
  const source = options.source ?? session.source;
  const project = await session.kf.project(slug, source === undefined ? {} : { source });
  const secret = await project.newSecret(name, value, {
    path,
    ...(type && { type }),
    ...(targets && { targets }),
    ...(tags && { tags }),
    ...(description && { description }),
    ...(comment && { comment }),
    ...(draft && { draft }),
  });
  const answer = { secretId: secret.id, changeRequest: secret.change };
  const made = { id: secret.id, path, name };
  await reportChange(session, answer, versionReport(made, { unchanged: false, version: null }, options.wait));
}

function versionReport(
  secret: Pick<Secret, 'id' | 'path' | 'name'>,
  { unchanged, version }: Pick<MutationAnswer, 'unchanged' | 'version'>,
  wait: Wait,
): Report {
  const name = fullName(secret);
  const number = version?.version;
  return {
    wait,
    applied: (made) =>
      unchanged ? `Unchanged: ${name}@${number} has this content` : `Created secret version: ${name}@${made ?? number}`,
    value: number === undefined ? secret.id : `${name}@${number}`,
  };
}

async function findExisting(session: Session, name: string): Promise<Secret | undefined> {
  try {
    return (await findSecret(session, name)).secret;
  } catch (error) {
    if (!(error instanceof KeyferryError) || error.code !== 'not_found') throw error;
    // Is it the secret that is missing, or the project?
    await session.kf.projects.get(session.project);
    return undefined;
  }
}

/** Options of a new secret change nothing about one that is there: better said than ignored. */
function assertOnlyForExisting(found: Secret, { type, source, target, tag, description }: SetOptions): void {
  if (type !== undefined && type !== found.type) {
    throw new CliError(EXIT.conflict, `${fullName(found)} is of type ${found.type}; a type never changes.`);
  }
  const given = Object.entries({ source, target, tag, description }).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  const names = given.map(([name]) => `--${name}`).join(', ');
  throw new CliError(
    EXIT.usage,
    `${fullName(found)} exists; ${names} is for new secrets.`,
    'See `keyferry secrets edit` and `keyferry targets`.',
  );
}

function wholeNumber(text: string | undefined): number {
  if (text === undefined || !/^\d{1,9}$/.test(text)) throw new CliError(EXIT.usage, 'A version is a whole number.');
  return Number(text);
}
