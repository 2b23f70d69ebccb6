import { Alert, Anchor, Button, Code, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Failure } from '../../ui/failure.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './access.module.css';

export interface MadeToken {
  readonly token: string;
  /** The change that has to be applied before it works; undefined: it works. */
  readonly changeId: string | undefined;
}

interface Props {
  readonly made: MadeToken;
  readonly onDone: () => void;
}

/** The only sight of a token: copied without being shown, or shown on demand. */
export function ShownToken({ made: { token, changeId }, onDone }: Props) {
  const [shown, { toggle }] = useDisclosure();
  const [copied, setCopied] = useState(false);
  const [error, setError] = useState<unknown>();
  const copy = async () => {
    try {
      if (!navigator.clipboard)
        throw new Error('The browser copies only on pages that came over HTTPS. Show it instead.');
      await navigator.clipboard.writeText(token);
      setCopied(true);
      setError(undefined);
    } catch (refused) {
      setError(refused);
    }
  };
  return (
    <Stack gap="md">
      <Text size="sm">
        The token is made. Put it where it is needed now: nobody can show it again once this is closed.
      </Text>
      {changeId !== undefined && (
        <Alert variant="default" icon={<Icon name="clock" />} title="It does not work yet">
          <Text size="sm">
            Others are asked to agree.{' '}
            <Anchor inherit renderRoot={(props) => <Link to="/changes/$changeId" params={{ changeId }} {...props} />}>
              Look at the change
            </Anchor>
          </Text>
        </Alert>
      )}
      <Code block className={styles.token} aria-label="Token" tabIndex={0} role="group">
        {shown ? token : '•'.repeat(24)}
      </Code>
      {error !== undefined && <Failure error={error} />}
      <Group justify="space-between">
        <Group gap="sm">
          <Button variant="default" leftSection={<Icon name="copy" size={16} />} onClick={() => void copy()}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
          <Button variant="default" leftSection={<Icon name="eye" size={16} />} onClick={toggle}>
            {shown ? 'Hide' : 'Show'}
          </Button>
        </Group>
        <Button onClick={onDone}>I have it</Button>
      </Group>
    </Stack>
  );
}
