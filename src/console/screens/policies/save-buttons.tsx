import { Button, Group, Stack, Text } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import type { ApprovalProfile } from '../../../client/api-types.ts';
import { Failure } from '../../ui/failure.tsx';
import { isChanged, type PolicyDraft, rulesOf } from './policy-draft.ts';

interface Props {
  readonly draft: PolicyDraft;
  readonly base: ApprovalProfile | undefined;
  readonly save: Pick<UseMutationResult<unknown, Error, PolicyDraft>, 'mutate' | 'isPending' | 'error'>;
  readonly missing: string | undefined;
  readonly onDiscard: () => void;
}

/** Saves or forgets what was edited. */
export function SaveButtons({ draft, base, save, missing, onDiscard }: Props) {
  const changed = base === undefined || draft.name !== base.name || isChanged(rulesOf(draft), base.rules);
  const ready = changed && missing === undefined && draft.name.trim() !== '';
  return (
    <Stack gap="sm">
      {save.error && <Failure error={save.error} />}
      <Group gap="sm">
        <Button disabled={!ready} loading={save.isPending} onClick={() => save.mutate(draft)}>
          {base === undefined ? 'Create policy' : 'Save'}
        </Button>
        {base !== undefined && changed && (
          <Button variant="default" onClick={onDiscard}>
            Discard
          </Button>
        )}
      </Group>
      {base !== undefined && (
        <Text size="sm" c="dimmed">
          {changed
            ? 'Requests that wait already must meet the old rules and the new ones.'
            : `This is version ${base.version}.`}
        </Text>
      )}
    </Stack>
  );
}
