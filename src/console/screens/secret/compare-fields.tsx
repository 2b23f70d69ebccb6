import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { Secret, SecretContent, SecretVersion } from '../../../client/api-types.ts';
import { Failure } from '../../ui/failure.tsx';
import { Status } from '../../ui/status.tsx';
import type { Tone } from '../../words.ts';
import { type FieldVerdict, fieldsOf, mayBeRead } from './compared-contents.ts';
import { useReading } from './use-reading.tsx';

interface Props {
  readonly secret: Secret;
  readonly before: SecretVersion;
  readonly after: SecretVersion;
  readonly readable: boolean;
}

const WORDS: Readonly<Record<FieldVerdict, { readonly tone: Tone; readonly label: string }>> = {
  equal: { tone: 'good', label: 'Equal' },
  different: { tone: 'waiting', label: 'Different' },
  added: { tone: 'waiting', label: 'Only in the second' },
  removed: { tone: 'waiting', label: 'Only in the first' },
  untold: { tone: 'quiet', label: 'Not told by fingerprints' },
};

/** Field by field. Where fingerprints of the whole do not tell, whoever may read both has them compared without seeing them. */
export function CompareFields({ secret, before, after, readable }: Props) {
  const [read, setRead] = useState<Readonly<Record<string, FieldVerdict>>>({});
  const { begin, busy, error, dialog } = useReading(secret);
  const fields = fieldsOf(before, after).map(({ name, verdict }) => ({ name, verdict: read[name] ?? verdict }));
  const both = mayBeRead(before) && mayBeRead(after) && before.version !== after.version;
  const unknown = fields.some(({ verdict }) => verdict === 'untold');
  const compare = () =>
    begin(async (readVersion) => {
      const [was, is] = await Promise.all([readVersion(before.version), readVersion(after.version)]);
      setRead(Object.fromEntries(fields.map(({ name }) => [name, verdictOf(was[name], is[name])])));
    });
  return (
    <Stack gap="xs">
      <Table aria-label="Fields">
        <Table.Tbody>
          {fields.map(({ name, verdict }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" ff="monospace" fw={500}>
                {name}
              </Table.Th>
              <Table.Td>
                <Status {...WORDS[verdict]} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {error !== undefined && <Failure error={error} />}
      {readable && both && unknown && (
        <Group justify="space-between" gap="sm">
          <Text size="sm" c="dimmed">
            Both are read for it, which is recorded. Neither is shown.
          </Text>
          <Button size="compact-sm" variant="default" loading={busy} onClick={compare}>
            Compare field by field
          </Button>
        </Group>
      )}
      {dialog}
    </Stack>
  );
}

type Field = SecretContent['payload'][string];

function verdictOf(was: Field | undefined, is: Field | undefined): FieldVerdict {
  if (was === undefined) return 'added';
  if (is === undefined) return 'removed';
  return JSON.stringify(was) === JSON.stringify(is) ? 'equal' : 'different';
}
