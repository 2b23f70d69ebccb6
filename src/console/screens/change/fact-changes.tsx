import { Text } from '@mantine/core';
import type { SecretVersion } from '../../../client/api-types.ts';
import { absolute } from '../../ui/time.tsx';
import { wordsOf } from '../../words.ts';

/** What may be known of a content by its type. */
export type Facts = SecretVersion['facts'];

interface Props {
  readonly before: Facts | null;
  readonly after: Facts | null;
}

/** What is no secret about a content, before and after. */
export function FactChanges({ before, after }: Props) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return null;
  return (
    <Text component="ul" size="sm" m={0} p={0} style={{ listStyle: 'none' }}>
      {names.map((name) => {
        const [was, is] = [factText(before?.[name]), factText(after?.[name])];
        return (
          <li key={name}>
            {wordsOf(name.replaceAll(/([A-Z])/g, ' $1').toLowerCase())}:{' '}
            {before !== null && was !== is ? (
              <>
                <Text span c="dimmed" size="sm">
                  {was}
                </Text>{' '}
                → <strong>{is}</strong>
              </>
            ) : (
              is
            )}
          </li>
        );
      })}
    </Text>
  );
}

export function factText(fact: unknown): string {
  if (fact === undefined || fact === null) return 'none';
  if (typeof fact === 'boolean') return fact ? 'yes' : 'no';
  if (typeof fact === 'string') return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(fact) ? absolute(fact) : fact;
  if (Array.isArray(fact)) return fact.map(factText).join(', ');
  if (typeof fact === 'object') {
    return Object.entries(fact)
      .map(([name, value]) => `${wordsOf(name)} ${factText(value)}`)
      .join(', ');
  }
  return String(fact);
}
