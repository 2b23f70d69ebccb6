import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Secret } from '../../../client/api-types.ts';
import { draftOf, type PayloadDraft } from '../../payload/payload-draft.ts';
import { Failure } from '../../ui/failure.tsx';
import { readContent } from './use-content.ts';

interface Props {
  readonly secret: Secret;
  readonly onRead: (draft: PayloadDraft) => void;
}

/** Fills the form with what is there now, so that one field can be changed; a recorded reading like any other. */
export function StartFromCurrent({ secret, onRead }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const fill = async () => {
    setBusy(true);
    setError(undefined);
    try {
      onRead(draftOf(await readContent(secret.id, 'latest_enabled'), secret.type));
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed">
          A version holds every field, also those that stay.
        </Text>
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => void fill()}>
          Start from the current content
        </Button>
      </Group>
      {error !== undefined && <Failure error={error} />}
    </Stack>
  );
}
