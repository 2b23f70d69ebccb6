import { type Command, Option } from 'commander';
import { type Body, KeyferryError, type MutationAnswer, type Secret, type ValueInput } from '../../client/keyferry.ts';
import { payloadOf } from '../../client/payload.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { collect, waitOption } from '../options.ts';
import { readValue, textPairs } from '../read-value.ts';
import { type Report, reportChange, type Wait } from '../report-change.ts';
import { findSecret, fullName, parseSecretRef } from '../secret-ref.ts';
import { inSession, type Session } from '../session.ts';
import { chooseSourceId } from '../source-id.ts';

const TYPES = 'basic_auth, api_key, jwt_token, private_key, secret_key, key_store, key_value, generic';

const SET_EXAMPLES = `
Examples:
  keyferry secrets set api-token < token.txt
  keyferry secrets set db-login -t basic_auth --field username=shop \\
    --field password=?
  keyferry secrets set tls-key -t private_key -f key.pem --target cluster -w`;

interface SetOptions {
  readonly type?: Body<'createSecret'>['type'];
  readonly file?: string;
  readonly field?: string[];
  readonly json?: boolean;
  readonly empty?: boolean;
  readonly source?: string;
  readonly target?: string[];
  readonly tag?: string[];
  readonly description?: string;
  readonly attribute?: string[];
  readonly versionDescription?: string;
  readonly disablePrevious?: boolean;
  readonly expires?: string;
  readonly expiry?: 'disable' | 'destroy';
  readonly once?: boolean;
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
    .option('--empty', 'make it without a value; its type is said by --type')
    .option('--source <profile>', 'vault profile of a new secret')
    .option('--target <profile>', 'vault profile that gets a copy of a new secret', collect)
    .option('--tag <tag>', 'of a new secret', collect)
    .option('--description <text>', 'of a new secret')
    .option('--attribute <name=value>', 'of a new secret', collect)
    .option('--version-description <text>', 'of this version')
    .option('--disable-previous', 'disable the version that was the newest until then')
    .option('--expires <time>', 'when this version is over, as 2030-01-31T00:00:00Z')
    .addOption(new Option('--expiry <action>', 'what happens to it then').choices(['disable', 'destroy']))
    .option('--once', 'it may be read once')
    .option('-m, --comment <text>', 'why, for reviewers')
    .option('--if-version <n>', 'refuse unless this is the newest version; 0: there is none')
    .option('--draft', 'only record it')
    .addOption(waitOption())
    .addHelpText('after', SET_EXAMPLES)
    .action(
      inSession<SetOptions>(io, async (session, [name = '', value], options) => {
        await setSecret(session, name, value, options);
      }),
    );
  secrets
    .command('rollback')
    .description('make an older version the newest again, as a new one')
    .argument('<secret>', 'name, or folder/name')
    .argument('<version>', 'its number')
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
  if (found !== undefined) assertOnlyForExisting(found, options);
  if (options.empty) {
    if (given !== undefined || file !== undefined || fields !== undefined || json) {
      throw new CliError(EXIT.usage, '--empty makes it without a value.', 'Leave the value or --empty away.');
    }
    return create(session, path, bare, undefined, options);
  }
  const value = await readValue(session.io, from, found?.type ?? type);
  if (found === undefined) return create(session, path, bare, value, options);
  const answer = await session.kf.secrets.addVersion(found.id, versionBody(value, options));
  await reportChange(session, answer, versionReport(found, answer, options.wait));
}

/** With the name, not an id: if somebody makes it in the same moment, this becomes its next version. */
async function create(
  session: Session,
  path: string,
  name: string,
  value: ValueInput | undefined,
  options: SetOptions,
): Promise<void> {
  const { kf, customer } = session;
  if (options.ifVersion !== undefined && options.ifVersion !== '0') {
    throw new CliError(
      EXIT.conflict,
      `There is no secret ${fullName({ path, name })}, so no version either.`,
      'Leave --if-version away to make it.',
    );
  }
  const single = value === undefined || typeof value === 'string' || value instanceof Uint8Array;
  const { type = single ? 'generic' : 'key_value', target = [], tag: tags, description, attribute } = options;
  const targets: { profileId: string }[] = [];
  for (const wanted of target) targets.push({ profileId: (await kf.profile(wanted)).id });
  const create = {
    type,
    sourceProfileId: await chooseSourceId(session, options.source),
    targets,
    tags,
    description,
    attributes: attribute && (await textPairs(session.io, attribute)),
  };
  if (value === undefined) {
    const { comment, draft } = options;
    const { id: project } = await kf.projects.get(session.project);
    const answer = await kf.secrets.create({ ...create, project, customer, path, name, comment, draft });
    const applied = () => `Created without a value: ${fullName({ path, name })}`;
    return reportChange(session, answer, { wait: options.wait, applied, value: answer.secretId });
  }
  const body = { ...versionBody(value, options), create };
  const answer = await kf.secrets.put(session.project, name, body, { path, customer });
  const made = { id: answer.secretId, path, name };
  await reportChange(session, answer, versionReport(made, answer, options.wait));
}

function versionBody(value: ValueInput, options: SetOptions): Body<'createVersion'> {
  const { comment, draft, ifVersion, versionDescription, disablePrevious, expires, expiry, once } = options;
  const lifetime = { expiresAt: expires, action: expiry, ...(once && { singleAccess: true }) };
  const ends = expires !== undefined || expiry !== undefined || once === true;
  return {
    payload: payloadOf(value),
    comment,
    draft,
    expectedVersion: ifVersion === undefined ? undefined : wholeNumber(ifVersion),
    versionDescription,
    disablePrevious,
    versionLifetime: ends ? lifetime : undefined,
  };
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
    // Is it the secret that is missing, or the project, or the customer?
    await session.kf.projects.get(session.project);
    if (session.customer !== undefined) await session.kf.customers.get(session.project, session.customer);
    return undefined;
  }
}

/** Options of a new secret change nothing about one that is there: better said than ignored. */
function assertOnlyForExisting(found: Secret, options: SetOptions): void {
  const { type, source, target, tag, description, attribute, empty } = options;
  if (type !== undefined && type !== found.type) {
    throw new CliError(
      EXIT.conflict,
      `${fullName(found)} is of type ${found.type}; a type never changes.`,
      'Leave --type away, or choose another name.',
    );
  }
  const given = Object.entries({ source, target, tag, description, attribute, empty }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length === 0) return;
  const names = given.map(([name]) => `--${name}`).join(', ');
  throw new CliError(
    EXIT.usage,
    `${fullName(found)} exists; ${names} is for new secrets.`,
    'See `keyferry secrets edit` and `keyferry targets`.',
  );
}

function wholeNumber(text: string | undefined): number {
  if (text === undefined || !/^\d{1,9}$/.test(text))
    throw new CliError(EXIT.usage, 'A version is a whole number.', 'See `keyferry secrets list-versions`.');
  return Number(text);
}
