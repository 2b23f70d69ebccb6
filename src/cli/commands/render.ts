import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { readStdin } from '../io.ts';
import { FALLBACK } from '../options.ts';
import { readText } from '../read-value.ts';
import { inSession } from '../session.ts';

const FORMATS = ['text', 'env', 'json', 'yaml', 'shell'] as const;
type RenderFormat = (typeof FORMATS)[number];

interface RenderOptions {
  readonly file?: string;
  readonly format?: RenderFormat;
  readonly strict?: boolean;
  readonly check?: boolean;
  readonly to?: string;
  readonly fallback?: boolean;
}

/** `render`. */
export function addRenderCommand(program: Command, io: Io): void {
  program
    .command('render')
    .description('fill a Go template with secrets')
    .argument('[file]', 'the template; default: standard input')
    .option('-f, --file <file>', 'the same')
    .addOption(new Option('--format <format>', 'default: by the name of the file').choices(FORMATS))
    .option(...FALLBACK)
    .option('--strict', 'refuse what would have to be quoted')
    .option('--check', 'read no value; print everything that is wrong')
    .option('--to <file>', 'write there, for you only, instead of printing')
    .action(
      inSession<RenderOptions>(io, async (session, [operand], options) => {
        const file = options.file ?? operand;
        const template =
          file === undefined || file === '-' ? (await readStdin(io)).toString('utf8') : await readText(file);
        const rendered = await session.kf.render({
          project: session.project,
          customer: session.customer,
          fallback: options.fallback,
          template,
          name: file === undefined || file === '-' ? 'stdin' : path.basename(file),
          format: options.format ?? formatOf(file ?? ''),
          strict: options.strict,
          check: options.check,
        });
        if (options.check) {
          const names = rendered.secrets.map(({ name }) => name).join(', ');
          return session.done(`The template is sound. It uses: ${names || 'no secret'}`, rendered, 'ok');
        }
        if (options.to === undefined) {
          if (session.globals.output === 'json' || session.globals.output === 'yaml') session.done('', rendered);
          else io.stdout.write(rendered.output ?? '');
          return;
        }
        await writePrivately(options.to, rendered.output ?? '');
        session.note(`Written to ${options.to}, from ${rendered.secrets.length} secrets.`);
      }),
    );
}

/** Endings that templates usually have behind the one of their format are skipped. */
function formatOf(file: string): RenderFormat {
  const name = path.basename(file).replace(/\.(tmpl|tpl|template|gotmpl)$/, '');
  if (/(^|\.)env(\.|$)/.test(name)) return 'env';
  if (/\.ya?ml$/.test(name)) return 'yaml';
  if (/\.json$/.test(name)) return 'json';
  return /\.(sh|bash)$/.test(name) ? 'shell' : 'text';
}

/** As a whole or not at all, and readable by nobody else from its first byte on. */
async function writePrivately(file: string, content: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}
