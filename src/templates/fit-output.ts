import { fitEnv } from './formats/fit-env.ts';
import { fitJson } from './formats/fit-json.ts';
import { fitShell } from './formats/fit-shell.ts';
import { fitYaml } from './formats/fit-yaml.ts';
import { Skeleton } from './formats/skeleton.ts';
import type { OutputFormat } from './output-format.ts';
import { type OutputPiece, textOf } from './output-piece.ts';

export interface FitOptions {
  /** `text`: anything; the output is what Go's text/template prints. */
  readonly format: OutputFormat;
  /** Refuse values that do not fit as they are, instead of quoting them. */
  readonly strict: boolean;
  readonly template: { readonly name: string; readonly text: string };
}

const FORMATS: Readonly<
  Record<Exclude<OutputFormat, 'text'>, { name: string; write: (skeleton: Skeleton) => string }>
> = {
  env: { name: 'environment file', write: fitEnv },
  json: { name: 'JSON', write: fitJson },
  yaml: { name: 'YAML', write: fitYaml },
  shell: { name: 'shell text', write: fitShell },
};

/**
 * Makes the output a file of its format in which every value is what it is, whatever it contains: escaped or quoted for the
 * place where it stands, or refused where that cannot be done.
 *
 * @throws TemplateError of kind `execution` that names the place, never a value
 */
export function fitOutput(pieces: readonly OutputPiece[], { format, strict, template }: FitOptions): string {
  if (format === 'text') return textOf(pieces);
  const { name, write } = FORMATS[format];
  return write(new Skeleton(pieces, { formatName: name, strict, template }));
}
