import { Alert, Button, Code, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { AuditVerification } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/panel.tsx';
import { wordsOf } from '../../words.ts';
import styles from './audit.module.css';
import { BrokenPlace } from './broken-place.tsx';
import { useExport } from './use-export.ts';

/** Whether the record is whole, and a copy of it to keep elsewhere. */
export function RecordTools({ organization }: { readonly organization: string }) {
  const verify = useMutation({ mutationFn: () => keyferry.audit.verify() });
  const { save, stop, progress, error, busy } = useExport(organization);
  return (
    <Panel
      title="The record"
      aside={
        <Group gap="sm">
          <Button size="xs" variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
            Verify
          </Button>
          {busy ? (
            <Button size="xs" variant="default" onClick={stop}>
              Stop the export
            </Button>
          ) : (
            <Button size="xs" variant="default" onClick={save}>
              Export
            </Button>
          )}
        </Group>
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Each event is sealed together with the one before it, so that what is altered, removed or put in is found. An
          export is one JSON per line and can be verified without this installation's database.
        </Text>
        <div role="status">{verify.data && <Outcome outcome={verify.data} />}</div>
        {verify.error && <Failure error={verify.error} retry={() => verify.mutate()} />}
        {progress && (
          <Stack gap={4}>
            <Progress value={progress.total === 0 ? 100 : (100 * progress.done) / progress.total} aria-label="Export" />
            <Text size="sm" role="status">
              {progress.complete ? `${progress.done} events exported` : `${progress.done} of ${progress.total} events`}
            </Text>
          </Stack>
        )}
        {error !== undefined && <Failure error={error} retry={save} />}
      </Stack>
    </Panel>
  );
}

const REASONS: Readonly<Record<string, string>> = {
  missing_or_reordered: 'An event is missing there, or out of order.',
  link_broken: 'It does not go on from the event before it.',
  altered: 'What it says is not what was sealed.',
  unknown_key: 'It was sealed with a key that this installation does not hold.',
};

function Outcome({ outcome: { intact, events, head, brokenAt, reason } }: { readonly outcome: AuditVerification }) {
  if (intact) {
    return (
      <Alert variant="default" icon={<Icon name="check" />} title="The record is whole">
        <Text size="sm">
          {events === 0 ? 'It is empty.' : `Every event from 1 to ${events} is as it was sealed.`} Compare its end with
          what you keep elsewhere: <Code className={styles.code}>{head.mac}</Code>
        </Text>
      </Alert>
    );
  }
  const why = REASONS[reason ?? ''] ?? wordsOf(reason ?? 'unknown');
  return (
    <Alert variant="default" icon={<Icon name="warning" />} title={`The record breaks at event ${brokenAt ?? '?'}`}>
      <Text size="sm">
        {why} {brokenAt !== undefined && brokenAt > 1 && `Everything up to event ${brokenAt - 1} is as it was sealed.`}
      </Text>
      {brokenAt !== undefined && <BrokenPlace seq={brokenAt} />}
    </Alert>
  );
}
