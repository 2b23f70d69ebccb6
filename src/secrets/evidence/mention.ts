import type { SecretFields } from '../../../adapters/secret-value.ts';
import { isSecretName } from './inner-values.ts';
import { type Strength, strengthOf } from './strength.ts';

/** Shorter ones stand in any text by chance. */
const SHORTEST = 4;

/** Beside the secret, whatever type it is: often named in comments for good reason. */
const NAMED_OPENLY = ['username', 'algorithm', 'format'];

/**
 * Does a text hold one of these values as it is, or in base64, hex, URL or JSON form? Short ones count as whole words only.
 *
 * @param least leaves out values weaker than this: to be told about those would help somebody who guesses
 */
export function mentionsValue(text: string, fields: SecretFields, least: Strength): boolean {
  if (text.length < SHORTEST) return false;
  return [...fields].some(([name, value]) => {
    if (value.size < SHORTEST || NAMED_OPENLY.includes(name)) return false;
    const bytes = Buffer.from(value.reveal());
    const strength = strengthOf(bytes);
    if (strength === 'low' && (least !== 'low' || !(isSecretName(name) || /^value[0-9]*$/.test(name)))) return false;
    return formsOf(bytes).some((form) => holds(text, form));
  });
}

function formsOf(bytes: Buffer): string[] {
  const plain = bytes.toString('utf8').trim();
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  const forms = [
    plain,
    JSON.stringify(plain).slice(1, -1),
    encodeURIComponent(plain),
    base64,
    base64.replaceAll('+', '-').replaceAll('/', '_'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST);
}

const LONG = 8;

function holds(text: string, form: string): boolean {
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
    if (form.length >= LONG || (isEdge(text[at - 1]) && isEdge(text[at + form.length]))) return true;
  }
  return false;
}

function isEdge(character: string | undefined): boolean {
  return character === undefined || !/[\p{L}\p{N}]/u.test(character);
}
