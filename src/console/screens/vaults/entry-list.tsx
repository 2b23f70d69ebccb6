import { Checkbox, ScrollArea, Stack, Text } from '@mantine/core';
import type { VaultEntry } from '../../../client/api-types.ts';

interface Props {
  readonly entries: readonly VaultEntry[];
  readonly chosen: readonly string[];
  readonly onChoose: (paths: readonly string[]) => void;
}

/** Names of what lies in the vault. What is a secret already cannot become one again. */
export function EntryList({ entries, chosen, onChoose }: Props) {
  if (entries.length === 0) return <Text size="sm">Nothing lies there.</Text>;
  const toggle = (path: string, on: boolean) =>
    onChoose(on ? [...chosen, path] : chosen.filter((each) => each !== path));
  return (
    <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': 'Entries' }}>
      <Stack gap={6} p={2}>
        {entries.map(({ path, secretId }) => (
          <Checkbox
            key={path}
            label={secretId === null ? path : `${path} (a secret already)`}
            disabled={secretId !== null}
            styles={{ label: { color: 'var(--mantine-color-text)', overflowWrap: 'anywhere' } }}
            checked={chosen.includes(path)}
            onChange={({ currentTarget: { checked } }) => toggle(path, checked)}
          />
        ))}
      </Stack>
    </ScrollArea.Autosize>
  );
}
