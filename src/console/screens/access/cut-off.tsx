import { Text } from '@mantine/core';
import { MOST } from '../../access-queries.ts';

/** Says so when a list does not show everything. */
export function CutOff({ count }: { readonly count: number }) {
  if (count < MOST) return null;
  return (
    <Text size="sm" c="dimmed">
      The first {MOST} are shown. The API and the command line list all.
    </Text>
  );
}
