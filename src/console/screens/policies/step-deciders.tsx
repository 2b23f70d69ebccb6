import { Stack, Text } from '@mantine/core';
import type { Eligibility, PeopleRef } from '../../../client/api-types.ts';
import { Status } from '../../ui/status.tsx';

interface Props {
  readonly eligible: Eligibility['rules'][number]['steps'][number] | undefined;
  /** What the API said when it was saved. */
  readonly error: string | undefined;
}

/** Who could decide a step as things stand, and whether that is enough. */
export function StepDeciders({ eligible, error }: Props) {
  if (eligible === undefined) {
    return (
      <Text size="sm" c="dimmed">
        Say who may decide, and it stands here who that is at present.
      </Text>
    );
  }
  const { canDecide, mayNotReview, required } = eligible;
  const spare = canDecide.count - required;
  return (
    <Stack gap={4}>
      {spare < 0 ? (
        <Status
          tone="bad"
          label={canDecide.count === 0 ? 'Nobody can decide it' : `Too few: ${canDecide.count} of ${required}`}
        />
      ) : (
        <Status
          tone={spare === 0 ? 'waiting' : 'good'}
          label={spare === 0 ? 'Just enough, nobody to spare' : 'Enough people'}
        />
      )}
      {canDecide.count > 0 && <Text size="sm">Can decide: {namesOf(canDecide)}</Text>}
      {mayNotReview.count > 0 && (
        <Text size="sm" c="dimmed">
          Named, but without the right to review: {namesOf(mayNotReview)}
        </Text>
      )}
      {error && (
        <Text size="sm" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
    </Stack>
  );
}

function namesOf({ count, people }: PeopleRef): string {
  const others = count - people.length;
  return `${people.map(({ name }) => name).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}
