import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { parse, stringify } from 'yaml';
import type { ImportDetail, SecretContent } from '../../client/keyferry.ts';
import { environmentName } from '../environment-name.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readStdin } from '../io.ts';
import type { SetExitCode } from '../program.ts';
import { fullName } from '../secret-ref.ts';
import { inSession, type Session } from '../session.ts';
import type { View } from '../show.ts';

/** What is written to a file, and read from one: payloads by name. */
type Bundle = Readonly<Record<string, { readonly type: string; readonly payload: SecretContent['payload'] }>>;

interface ImportOptions {
  readonly fromProfile?: string;
  readonly prefix?: string;
  readonly dryRun?: boolean;
  readonly failOnCollision?: boolean;
  readonly comment?: string;
  readonly source?: string;
}

/** `secrets import|export`. */
export function addSecretTransferCommands(secrets: Command, io: Io, setExitCode: SetExitCode): void {
  secrets
    .command('import')
    .description('take over what a vault holds, or write what an export holds')
    .argument('[file]', 'an export; - for standard input')
    .option('--from-profile <profile>', 'take over entries of this vault profile')
    .option('--prefix <prefix>', 'of the entries', '')
    .option('--dry-run', 'only say what would be done')
    .option('--fail-on-collision', 'stop where a secret of that name exists; default: skip it')
    .option('--source <profile>', 'vault profile of new secrets from a file')
    .option('-m, --comment <text>', 'why, for reviewers')
    .action(
      inSession<ImportOptions>(io, async (session, [file], options) => {
        if ((file === undefined) === (options.fromProfile === undefined)) {
          throw new CliError(EXIT.usage, 'Import from a file or --from-profile, one of them.');
        }
        const sound = file === undefined ? await fromProfile(session, options) : await fromFile(session, file, options);
        if (!sound) setExitCode(EXIT.notApplied);
      }),
    );
  secrets
    .command('export')
    .description('print every value of the project; each read is recorded')
    .option('--folder <path>', 'in this folder and below')
    .addOption(
      new Option('--format <format>', 'json and yaml can be imported again')
        .choices(['json', 'yaml', 'env'])
        .default('json'),
    )
    .action(
      inSession<{ folder?: string; format: 'json' | 'yaml' | 'env' }>(
        io,
        async (session, _args, { folder, format }) => {
          const bundle = await readAll(session, folder);
          io.stdout.write(
            format === 'env'
              ? envLines(bundle)
              : format === 'yaml'
                ? stringify(bundle)
                : `${JSON.stringify(bundle, null, 2)}\n`,
          );
          session.note(`${Object.keys(bundle).length} secrets in clear: keep the file where only you can read it.`);
        },
      ),
    );
}

async function readAll(session: Session, path: string | undefined): Promise<Bundle> {
  const { kf } = session;
  const project = (await kf.projects.get(session.project)).id;
  const bundle: Record<string, Bundle[string]> = {};
  for await (const secret of kf.secrets.list({ project, path, state: 'active', limit: 200 })) {
    if (!secret.enabled || secret.latestEnabledVersion === null) continue;
    const { type, payload } = await kf.secrets.content(secret.id);
    bundle[fullName(secret)] = { type, payload };
  }
  return bundle;
}

/** In single quotes a shell takes everything as it is. */
function envLines(bundle: Bundle): string {
  const lines = Object.entries(bundle).flatMap(([name, { payload }]) =>
    Object.entries(payload).map(([field, value]) => {
      const key = environmentName(name, field);
      if (typeof value !== 'string')
        throw new CliError(EXIT.usage, `${name} is not text.`, 'Export it as json or yaml.');
      return `${key}='${value.replaceAll("'", "'\\''")}'\n`;
    }),
  );
  return lines.join('');
}

async function fromFile(session: Session, file: string, { dryRun, comment, source }: ImportOptions): Promise<boolean> {
  const text = file === '-' ? await readStdin(session.io) : await readFile(file).catch(() => undefined);
  if (text === undefined) throw new CliError(EXIT.usage, `${file} cannot be read.`);
  const bundle = parseBundle(text.toString('utf8'));
  const { kf } = session;
  const projectId = (await kf.projects.get(session.project)).id;
  const sourceName = source ?? session.source;
  const project = await kf.project(session.project, sourceName === undefined ? {} : { source: sourceName });
  const results: { name: string; result: string; code: string }[] = [];
  for (const [name, { type, payload }] of Object.entries(bundle)) {
    const at = name.lastIndexOf('/');
    const [path, bare] = [at < 0 ? '' : name.slice(0, at), name.slice(at + 1)];
    try {
      const there = await kf.secrets.list({ project: projectId, name: bare, path }).all();
      const exact = there.find((secret) => fullName(secret) === name);
      const way = exact === undefined ? 'created' : 'new version';
      if (dryRun) results.push({ name, result: `would be ${way}`, code: '' });
      else {
        const answer = exact
          ? await kf.secrets.addVersion(exact.id, { payload, comment })
          : await kf.call('createSecret', {
              body: {
                project: project.id,
                path,
                name: bare,
                type: type as 'generic',
                sourceProfileId: await sourceId(session, sourceName),
                payload,
                comment,
              },
            });
        const { state = 'applied', code } = answer.changeRequest ?? {};
        results.push({
          name,
          result: answer.unchanged ? 'unchanged' : state === 'applied' ? way : state,
          code: code ?? '',
        });
      }
    } catch (error) {
      session.io.signal.throwIfAborted();
      const { code } = error as { code?: unknown };
      results.push({ name, result: 'refused', code: typeof code === 'string' ? code : 'failed' });
    }
  }
  session.list(results, {
    columns: { name: (r) => r.name, result: (r) => r.result, code: (r) => r.code },
    value: (r) => r.name,
  });
  return results.every(({ result }) => result !== 'refused' && result !== 'failed');
}

async function sourceId({ kf }: Session, name: string | undefined): Promise<string> {
  if (name !== undefined) return (await kf.profile(name)).id;
  const { items } = await kf.profiles.list({ enabled: true, limit: 2 }).page();
  if (items[0] !== undefined && items.length === 1) return items[0].id;
  throw new CliError(EXIT.usage, 'Say at which vault profile new secrets shall be.', 'Use --source.');
}

/** JSON is YAML too. What is wrong is told without quoting it. */
function parseBundle(text: string): Bundle {
  const wrong = new CliError(EXIT.usage, 'The file is not an export.', 'Each secret: {"type": …, "payload": {…}}.');
  let bundle: unknown;
  try {
    bundle = parse(text);
  } catch {
    throw wrong;
  }
  const entries = typeof bundle === 'object' && bundle !== null ? Object.values(bundle) : [undefined];
  if (entries.some((entry) => typeof entry?.type !== 'string' || typeof entry.payload !== 'object')) throw wrong;
  return bundle as Bundle;
}

const importView: View<ImportDetail> = {
  columns: {
    id: ({ id }) => id,
    state: ({ state }) => state,
    found: ({ counts }) => counts.total,
    imported: ({ counts }) => counts.imported,
    waiting: ({ counts }) => counts.waiting,
    skipped: ({ counts }) => counts.skipped,
    failed: ({ counts }) => counts.failed,
    code: ({ code }) => code,
  },
  value: ({ id }) => id,
};

async function fromProfile(session: Session, options: ImportOptions): Promise<boolean> {
  const { kf, project, io } = session;
  const profile = await kf.profile(options.fromProfile ?? '');
  const begun = await kf.profiles.import(profile.id, {
    project,
    prefix: options.prefix ?? '',
    dryRun: options.dryRun === true,
    onCollision: options.failOnCollision ? 'fail' : 'skip',
    comment: options.comment,
  });
  const progress = session.progress();
  try {
    for (;;) {
      const seen = await kf.imports.get(begun.id, { wait: 'ended', timeout: 5 }, { signal: io.signal });
      const { imported, total, waiting } = seen.counts;
      progress.say(`Import ${seen.state}: ${imported} of ${total}${waiting ? `, ${waiting} wait for approval` : ''}`);
      const settled =
        seen.endedAt !== null ||
        (waiting > 0 && seen.counts.pending + seen.counts.importing === 0 && seen.state === 'running');
      if (!settled) continue;
      progress.end();
      session.one(seen, importView);
      return seen.state !== 'failed' && seen.counts.failed === 0;
    }
  } finally {
    progress.end();
  }
}
