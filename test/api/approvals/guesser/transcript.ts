import type { ApiAnswer } from '../../../support/api-client.ts';

/** Headers that say when and to whom something was answered, or how long it is: the body itself is compared. */
const APART = ['date', 'x-request-id', 'etag', 'content-length', 'keep-alive', 'connection'];

/** What is left of a text when everything that is not about a value is replaced: ids, times, MACs and the names of the scene. */
export function normalText(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id')
    .replaceAll(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, 'time')
    .replaceAll(/[a-z0-9-]+:[0-9a-f]{64}/g, 'mac')
    .replaceAll(/"digest":"[0-9a-f]{64}"/g, '"digest":"mac"')
    .replaceAll(/(secret|profile|policy|lane)-\d+/g, 'name');
}

/** Everything somebody can tell one answer from another by, but for the time it took. */
export function heard({ status, headers, text }: ApiAnswer): string {
  const kept = [...headers].filter(([name]) => !APART.includes(name)).map(([name, value]) => `${name}: ${value}`);
  return normalText([String(status), ...kept.sort(), text].join('\n'));
}

/** Where two transcripts part, with what was said there: empty when nobody can tell which world it was. */
export function differences(one: readonly string[], other: readonly string[]): unknown[] {
  const length = Math.max(one.length, other.length);
  return Array.from({ length }, (_, at) => ({ at, one: one[at], other: other[at] })).filter(
    ({ one: left, other: right }) => left !== right,
  );
}

/** All numbers of four digits, or every so manieth of them; the ones named come at their place in any case. */
export function fourDigits(every = 1, always: readonly string[] = []): string[] {
  const all = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0'));
  return all.filter((pin, n) => n % every === 0 || always.includes(pin));
}
