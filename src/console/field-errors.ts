import { KeyferryError } from '../client/keyferry-error.ts';

/** What the API expected at a JSON pointer, for the field that stands for it. Never what was given. */
export function errorAt(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof KeyferryError)) return undefined;
  const field = error.fields.find((each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`));
  return field && `Expected ${field.expected}`;
}
