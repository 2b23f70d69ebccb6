import type { PayloadInput, PayloadValue } from '../secrets/payload/payload-input.ts';
import { FunctionError } from './function-error.ts';
import { type GoValue, goMap } from './go-value.ts';

export const SECRETS_REFUSAL = 'secrets cannot be listed or printed together: name the one you need';

/** Why a secret with several fields is no value. */
export function fieldsRefusal(fields: readonly string[]): string {
  return `the secret has the fields ${[...fields].sort().join(', ')}: name the one you need`;
}

/** Is the secret one value? Then it stands for its single field. */
export function isSingleValue(fields: readonly string[]): boolean {
  return fields.length === 1 && fields[0] === 'value';
}

/**
 * The data a template sees: `.Secrets` and nothing else. A secret with the single field `value` is its text, any other a map of
 * its fields, and none of these maps can be listed.
 *
 * @param find the payload of a secret; undefined when there is none of that name
 * @param onUse is told every field that the template looks at
 */
export function secretData(
  find: (name: string) => PayloadInput | undefined,
  onUse: (name: string, field: string) => void,
): GoValue {
  const get = (name: string): GoValue | undefined => {
    const payload = find(name);
    if (payload === undefined) return undefined;
    const fields = Object.keys(payload);
    const field = (key: string): GoValue | undefined => {
      const value = Object.hasOwn(payload, key) ? payload[key] : undefined;
      if (value === undefined) return undefined;
      onUse(name, key);
      return textOnly(value);
    };
    return isSingleValue(fields) ? field('value') : { kind: 'opaque', refusal: fieldsRefusal(fields), get: field };
  };
  return goMap([['Secrets', { kind: 'opaque', refusal: SECRETS_REFUSAL, get }]]);
}

function textOnly(value: PayloadValue): string {
  if (typeof value === 'string') return value;
  throw new FunctionError('the value is no text, and other bytes cannot stand in a template');
}
