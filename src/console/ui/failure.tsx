import { Alert, Anchor, Button, Code, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { KeyferryError } from '../../client/keyferry-error.ts';
import { Icon } from './icon.tsx';

const ADVICE: Readonly<Record<string, string>> = {
  forbidden: 'Ask an administrator for the right, or work with somebody who holds it.',
  not_found: 'It may have been removed, or belongs to another organization.',
  digest_mismatch: 'It was edited while you looked at it. Look at the new revision and decide again.',
  not_eligible: 'Requester and editors do not decide on their own change.',
  invalid_transition: 'Somebody was quicker. The page now shows how it stands.',
  version_conflict: 'A newer version was written meanwhile. Look at it first, then begin again.',
  network: 'Check your connection and try again: nothing is done twice.',
  timeout: 'Try again: nothing is done twice.',
  unavailable: 'Try again in a moment: nothing is done twice.',
};

interface Props {
  readonly error: unknown;
  readonly retry?: () => void;
}

/** What went wrong, what to do, the change that failed or is in the way, and the id under which the log knows it. */
export function Failure({ error, retry }: Props) {
  const known = error instanceof KeyferryError ? error : undefined;
  const advice = known && ADVICE[known.code];
  const changeId = known?.facts.changeRequestId;
  return (
    <Alert
      variant="default"
      icon={<Icon name="warning" />}
      title={known?.title ?? (known ? 'No answer' : 'Something went wrong')}
      role="alert"
    >
      <Text size="sm">{error instanceof Error ? error.message : 'An unexpected error.'}</Text>
      {advice && (
        <Text size="sm" mt={4}>
          {advice}
        </Text>
      )}
      <Group mt="xs" gap="md">
        {typeof changeId === 'string' && (
          <Anchor size="sm" renderRoot={(props) => <Link to="/changes/$changeId" params={{ changeId }} {...props} />}>
            Open the change
          </Anchor>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
        {known?.requestId && (
          <Text size="xs" c="dimmed">
            Request <Code>{known.requestId}</Code>
          </Text>
        )}
      </Group>
    </Alert>
  );
}
