import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import type { BundleFormat, Payload } from '../bundle.ts';
import { environmentName } from '../environment-name.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { FALLBACK } from '../options.ts';
import { readProject } from '../read-project.ts';
import { fullName } from '../secret-ref.ts';
import { inSession } from '../session.ts';

interface ExportOptions {
  readonly folder?: string;
  readonly format: BundleFormat;
  readonly fallback?: boolean;
  readonly includeReadOnce?: boolean;
}

const WORDS = { leftOut: 'Not exported', readOnce: 'With --include-read-once also what may be read once, for good.' };

type Exported = Readonly<Record<string, { readonly type: string; readonly payload: Payload }>>;

/** `secrets export`. */
export function addSecretExportCommand(secrets: Command, io: Io): void {
  secrets
    .command('export')
    .description('print the values of the project; each read is recorded')
    .option('--folder <path>', 'in this folder and below')
    .addOption(
      new Option('--format <format>', 'all can be imported again; env keeps no types')
        .choices(['json', 'yaml', 'env'])
        .default('json'),
    )
    .option(...FALLBACK)
    .option('--include-read-once', 'also what may be read once: nobody gets it afterwards')
    .action(
      inSession<ExportOptions>(io, async (session, _args, { format, ...which }) => {
        if (which.includeReadOnce && format === 'env') {
          const why = 'A value that no variable can hold would be read, and lost.';
          throw new CliError(EXIT.usage, why, 'With --include-read-once take --format json or yaml.');
        }
        const bundle: Record<string, Exported[string]> = {};
        for (const { secret, content } of await readProject(session, { ...which, words: WORDS })) {
          bundle[fullName(secret)] = { type: content.type, payload: content.payload };
        }
        if (format === 'env') io.stdout.write(envLines(bundle));
        else io.stdout.write(format === 'yaml' ? stringify(bundle) : `${JSON.stringify(bundle, null, 2)}\n`);
        session.note(`${Object.keys(bundle).length} secrets in clear: keep the file where only you can read it.`);
      }),
    );
}

/** In single quotes a shell takes everything as it is. */
function envLines(bundle: Exported): string {
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
