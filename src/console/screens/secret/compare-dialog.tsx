import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import type { Secret, SecretVersion } from '../../../client/api-types.ts';
import { Status } from '../../ui/status.tsx';
import { CompareFields } from './compare-fields.tsx';
import { CompareTable } from './compare-table.tsx';
import { contentsOf } from './compared-contents.ts';

interface Props {
  readonly secret: Secret;
  /** Newest first. */
  readonly versions: readonly SecretVersion[];
  /** Whoever looks may read values. */
  readonly readable: boolean;
}

/** Two versions side by side. */
export function CompareButton(props: Props) {
  const [opened, { open, close }] = useDisclosure();
  if (props.versions.length < 2) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open}>
        Compare two
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title="Compare two versions"
        size="xl"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Comparison {...props} />
      </Modal>
    </>
  );
}

const VERDICT = {
  equal: { tone: 'good', label: 'They hold the same content' },
  different: { tone: 'waiting', label: 'They hold different contents' },
  untold: { tone: 'quiet', label: 'Whether they are equal is told to those who may read the value' },
} as const;

function Comparison({ secret, versions, readable }: Props) {
  const [chosen, setChosen] = useState([versions[1]?.version ?? 0, versions[0]?.version ?? 0] as const);
  const [before, after] = chosen.map((number) => versions.find(({ version }) => version === number));
  if (before === undefined || after === undefined) return <Text size="sm">One of them is not there any more.</Text>;
  const contents = contentsOf(before, after);
  return (
    <Stack gap="md">
      <Group grow gap="sm">
        <Choice label="Before" versions={versions} value={chosen[0]} onChange={(to) => setChosen([to, chosen[1]])} />
        <Choice label="After" versions={versions} value={chosen[1]} onChange={(to) => setChosen([chosen[0], to])} />
      </Group>
      <Status {...VERDICT[contents]} />
      <CompareTable before={before} after={after} />
      <CompareFields key={chosen.join()} secret={secret} before={before} after={after} readable={readable} />
    </Stack>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly versions: readonly SecretVersion[];
  readonly value: number;
  readonly onChange: (version: number) => void;
}

function Choice({ label, versions, value, onChange }: ChoiceProps) {
  return (
    <NativeSelect
      label={label}
      data={versions.map(({ version }) => ({ value: String(version), label: `Version ${version}` }))}
      value={String(value)}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
    />
  );
}
