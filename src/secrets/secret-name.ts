import { z } from 'zod';
import { invalidField } from '../errors.ts';

/** Most characters of a path. */
export const MAX_PATH_LENGTH = 512;

const SEGMENT = '[A-Za-z][A-Za-z0-9_-]{0,127}';
const NAME = new RegExp(`^${SEGMENT}$`);
const PLAIN_IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]{0,127}$/;
const PATH = new RegExp(`^(${SEGMENT}(/${SEGMENT}){0,15})?$`);

const NAME_EXPECTED = 'a letter, then up to 127 letters, digits, `_` or `-` (ASCII only)';
const PLAIN_EXPECTED = 'a letter, then up to 127 letters, digits or `_` (ASCII only), as this project demands';
const PATH_EXPECTED = `nothing, or up to 16 names joined by \`/\`, ${MAX_PATH_LENGTH} characters in all; each name is ${NAME_EXPECTED}`;

/**
 * A secret's name in requests: what it is called within its path, compared exactly, case included. Whether the
 * project demands plain identifiers is `parseSecretName`'s question.
 */
export const secretNameSchema = z
  .string()
  .regex(NAME, { message: `expected ${NAME_EXPECTED}` })
  .meta({ description: 'Name of the secret within its path.', example: 'db-password' });

/** A secret's path in requests: the folder it lies in, names joined by `/`, or empty for the top. */
export const secretPathSchema = z
  .string()
  .max(MAX_PATH_LENGTH, { message: `expected ${PATH_EXPECTED}`, abort: true })
  .regex(PATH, { message: `expected ${PATH_EXPECTED}` })
  .meta({ description: 'Folder of the secret; empty for the top.', example: 'payments/production' });

/**
 * The name if it is one, else `invalid_input` at `/name`. With `plainIdentifiers` a `-` is refused as well: templates can
 * then refer to the secret as `.name`. There is one spelling of each name, so nothing is normalised or trimmed.
 */
export function parseSecretName(text: string, options: { readonly plainIdentifiers: boolean }): string {
  if (options.plainIdentifiers && !PLAIN_IDENTIFIER.test(text)) throw invalidField('/name', PLAIN_EXPECTED);
  if (!NAME.test(text)) throw invalidField('/name', NAME_EXPECTED);
  return text;
}

/** The path if it is one, else `invalid_input` at `/path`. */
export function parseSecretPath(text: string): string {
  if (text.length > MAX_PATH_LENGTH || !PATH.test(text)) throw invalidField('/path', PATH_EXPECTED);
  return text;
}
