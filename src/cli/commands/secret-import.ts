import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type BundleFormat, bundleFormatOf, parseBundle } from '../bundle.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { importBundle, isTaken } from '../import-bundle.ts';
import { type Io, readStdin } from '../io.ts';
import { COMMENT } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { inSession, type Session } from '../session.ts';
import { waitLimit } from '../wait-limit.ts';
import { importView } from './imports.ts';

interface ImportOptions {
  readonly format?: BundleFormat;
  readonly folder?: string;
  readonly together?: boolean;
  readonly source?: string;
  readonly dryRun?: boolean;
  readonly comment?: string;
  readonly fromProfile?: string;
  readonly prefix?: string;
  readonly failOnCollision?: boolean;
}

const EXAMPLES = `
Examples:
  keyferry secrets import .env --together
  keyferry secrets import backup.json --folder restored --dry-run
  keyferry secrets import --from-profile production --prefix legacy`;

const OF_FILES = ['format', 'folder', 'together', 'source'] as const;
const OF_PROFILES = ['prefix', 'failOnCollision'] as const;

/** `secrets import`. */
export function addSecretImportCommand(secrets: Command, io: Io, setExitCode: SetExitCode): void {
  secrets
    .command('import')
    .description('write what a file holds, or take over what a vault holds')
    .argument('[file]', 'an export, names with values as JSON or YAML, or an .env file; - for standard input')
    .addOption(new Option('--format <format>', 'of the file; usual: by its name').choices(['json', 'yaml', 'env']))
    .option('--folder <path>', 'for names of the file')
    .option('--together', 'all of the file or nothing; at most 100')
    .option('--source <profile>', 'vault profile of new secrets from a file')
    .option('--from-profile <profile>', 'instead of a file: take over entries of this vault profile')
    .option('--prefix <prefix>', 'only entries of the profile that begin so')
    .option('--fail-on-collision', 'stop where a secret of an entry’s name exists; usual: skip it')
    .option('--dry-run', 'only say what would be done')
    .option(...COMMENT)
    .addHelpText('after', EXAMPLES)
    .action(
      inSession<ImportOptions>(io, async (session, [file], options) => {
        if ((file === undefined) === (options.fromProfile === undefined)) {
          throw new CliError(EXIT.usage, 'What shall be imported?', 'Give a file or --from-profile, one of them.');
        }
        assertFits(options, file === undefined ? OF_FILES : OF_PROFILES, file === undefined ? 'files' : 'profiles');
        const sound = file === undefined ? await fromProfile(session, options) : await fromFile(session, file, options);
        if (!sound) setExitCode(EXIT.notApplied);
      }),
    );
}

/** What would be ignored is better said. */
function assertFits(options: ImportOptions, others: readonly (keyof ImportOptions)[], what: string): void {
  const given = others.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  const names = given.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`).join(', ');
  throw new CliError(EXIT.usage, `${names} is for imports from ${what} only.`, 'Leave it away.');
}

async function fromFile(session: Session, file: string, options: ImportOptions): Promise<boolean> {
  const text = file === '-' ? await readStdin(session.io) : await readFile(file).catch(() => undefined);
  if (text === undefined) throw new CliError(EXIT.usage, `${file} cannot be read.`, 'Look at its name and mode.');
  const bundle = parseBundle(text.toString('utf8'), options.format ?? bundleFormatOf(file));
  const results = await importBundle(session, bundle, options);
  session.list(results, {
    columns: { name: (r) => r.name, result: (r) => r.result, code: (r) => r.code },
    value: (r) => r.name,
  });
  return results.every(isTaken);
}

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
  const limit = waitLimit(session);
  const timeout = Math.min(5, Math.ceil(limit.ms / 1000));
  const progress = session.progress();
  try {
    for (;;) {
      const seen = await kf.imports.get(begun.id, { wait: 'ended', timeout }, { signal: io.signal });
      const { imported, total, waiting, pending, importing } = seen.counts;
      progress.say(`Import ${seen.state}: ${imported} of ${total}${waiting ? `, ${waiting} wait for approval` : ''}`);
      const open = seen.endedAt === null && (waiting === 0 || pending + importing > 0 || seen.state !== 'running');
      if (open && !limit.isOver()) continue;
      progress.end();
      session.one(seen, importView);
      if (open) session.note(`It goes on by itself. How far it is: keyferry imports show ${begun.id}`);
      else if (waiting > 0) session.note(`Somebody has to decide: keyferry imports review ${begun.id} approve`);
      return !open && seen.state !== 'failed' && seen.counts.failed === 0;
    }
  } finally {
    progress.end();
  }
}
