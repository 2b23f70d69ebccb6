import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import type { BundleFormat, Payload } from '../bundle.ts';
import { environmentName } from '../environment-name.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { FALLBACK } from '../options.ts';
import { fullName, meantSecrets } from '../secret-ref.ts';
import { inSession, type Session } from '../session.ts';

interface ExportOptions {
  readonly folder?: string;
  readonly format: BundleFormat;
  readonly fallback?: boolean;
}

type Exported = Readonly<Record<string, { readonly type: string; readonly payload: Payload }>>;

/** Most that the API reads in one call. */
const AT_ONCE = 100;

/** `secrets export`. */
export function addSecretExportCommand(secrets: Command, io: Io): void {
  secrets
    .command('export')
    .description('print every value of the project; each read is recorded')
    .option('--folder <path>', 'in this folder and below')
    .addOption(
      new Option('--format <format>', 'all can be imported again; env keeps no types')
        .choices(['json', 'yaml', 'env'])
        .default('json'),
    )
    .option(...FALLBACK)
    .action(
      inSession<ExportOptions>(io, async (session, _args, { folder, format, fallback }) => {
        const bundle = await readAll(session, folder, fallback);
        if (format === 'env') io.stdout.write(envLines(bundle));
        else io.stdout.write(format === 'yaml' ? stringify(bundle) : `${JSON.stringify(bundle, null, 2)}\n`);
        session.note(`${Object.keys(bundle).length} secrets in clear: keep the file where only you can read it.`);
      }),
    );
}

async function readAll(session: Session, path: string | undefined, fallback?: boolean): Promise<Exported> {
  const wanted: { id: string; name: string }[] = [];
  for await (const secret of meantSecrets(session, { path, fallback })) {
    if (secret.enabled && secret.latestEnabledVersion !== null) wanted.push({ id: secret.id, name: fullName(secret) });
  }
  const bundle: Record<string, Exported[string]> = {};
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = wanted.slice(from, from + AT_ONCE);
    const answers = await session.kf.secrets.read(some.map(({ id }) => ({ secretId: id })));
    for (const [at, { content, error }] of answers.entries()) {
      const name = some[at]?.name ?? '';
      if (error?.code === 'write_only') {
        session.io.stderr.write(`Not exported, because it is write-only: ${name}\n`);
        continue;
      }
      // Half an export would be taken for a whole one.
      if (content === null) {
        const why = `${name} cannot be read (${error?.code ?? 'unknown'}); nothing was exported.`;
        throw new CliError(EXIT.notApplied, why, `keyferry secrets describe ${name}`);
      }
      bundle[name] = { type: content.type, payload: content.payload };
    }
  }
  return bundle;
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
