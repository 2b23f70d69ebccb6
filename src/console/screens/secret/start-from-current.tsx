import { Button, Group, Stack, Text } from '@mantine/core';
import type { Secret } from '../../../client/api-types.ts';
import { draftOf, type PayloadDraft } from '../../payload/payload-draft.ts';
import { Failure } from '../../ui/failure.tsx';
import { useReading } from './use-reading.tsx';

interface Props {
  readonly secret: Secret;
  /** The version to start from: another one could be one that may be read once. */
  readonly version: number;
  readonly onRead: (draft: PayloadDraft) => void;
}

/** Fills the form with what is there now, so that one field can be changed; a recorded reading like any other. */
export function StartFromCurrent({ secret, version, onRead }: Props) {
  const { begin, busy, error, dialog } = useReading(secret);
  const fill = () => begin(async (read) => onRead(draftOf(await read(version), secret.type)));
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed">
          A version holds every field, also those that stay.
        </Text>
        <Button size="compact-sm" variant="default" loading={busy} onClick={fill}>
          Start from the current content
        </Button>
      </Group>
      {error !== undefined && <Failure error={error} />}
      {dialog}
    </Stack>
  );
}
