import { Box, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ChangeExplanation, ChangeRequestDetail, PeopleRef } from '../../../client/api-types.ts';
import { explanationQuery } from '../../queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Person } from '../../ui/person.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

type Policy = ChangeExplanation['approval'][number];
type Step = Policy['steps'][number];
type Review = ChangeRequestDetail['reviews'][number];

/** Which policies ask, step by step: who has voted, who can; and every vote with what was said. */
export function ApprovalPanel({ change }: { readonly change: ChangeRequestDetail }) {
  const { data, error } = useQuery(explanationQuery(change.id));
  return (
    <Panel title="Approval">
      {error && <Failure error={error} />}
      {!data && !error && <Loading rows={2} height={48} />}
      {data && (
        <Stack gap="md">
          {data.approval.length === 0 && (
            <Text size="sm" c="dimmed">
              No policy asks for approval.
            </Text>
          )}
          {data.approval.map((policy) => (
            <Policy
              key={`${policy.profileId} ${policy.since}`}
              policy={policy}
              waits={change.state === 'pending_approval'}
            />
          ))}
          {change.reviews.map((review) => (
            <Vote key={review.id} review={review} current={review.revision === change.revision} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

interface PolicyProps {
  readonly policy: Policy;
  /** Somebody can still decide. */
  readonly waits: boolean;
}

function Policy({ policy, waits }: PolicyProps) {
  return (
    <Box>
      <Text size="sm" fw={600}>
        {policy.name}
        {policy.since === 'now' && (
          <Text span c="dimmed" size="sm">
            {' '}
            as it stands now
          </Text>
        )}
      </Text>
      <Stack gap="xs" mt={6}>
        {policy.steps.map((step) => (
          <Step key={`${step.rule} ${step.step}`} step={step} waits={waits} />
        ))}
      </Stack>
    </Box>
  );
}

function Step({ step, waits }: { readonly step: Step; readonly waits: boolean }) {
  const { required, missing, satisfied, open, canDecide } = step;
  const tone = satisfied ? 'good' : open && waits ? 'waiting' : 'quiet';
  return (
    <Box>
      <Group justify="space-between" gap="xs">
        <Status tone={tone} label={step.step} />
        <Text size="sm" c="dimmed">
          {required - missing} of {required}
        </Text>
      </Group>
      {step.votes.length > 0 && (
        <Group gap="sm" mt={6}>
          {step.votes.map(({ id, name }) => (
            <Person key={id} name={name} />
          ))}
        </Group>
      )}
      {!satisfied && waits && (
        <Text size="sm" c="dimmed" mt={2}>
          {open ? whoCan(canDecide) : 'Its turn comes after the step before.'}
        </Text>
      )}
    </Box>
  );
}

function whoCan({ count, people }: PeopleRef): string {
  if (count === 0) return 'Nobody who could decide is there.';
  const names = people.map(({ name }) => name).join(', ');
  const others = count - people.length;
  return `Can decide: ${names}${others > 0 ? ` and ${others} more` : ''}`;
}

function Vote({ review, current }: { readonly review: Review; readonly current: boolean }) {
  const { decision, reviewer, createdAt, comment, revision } = review;
  return (
    <Box>
      <Group gap="xs">
        <Status
          tone={current ? (decision === 'approve' ? 'good' : 'bad') : 'quiet'}
          label={decision === 'approve' ? 'Approved' : 'Rejected'}
        />
        <Text size="sm" c="dimmed">
          by {reviewer.name} <Time at={createdAt} />
          {!current && ` (revision ${revision}, no longer counts)`}
        </Text>
      </Group>
      {comment !== '' && (
        <Text size="sm" mt={2} style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
          “{comment}”
        </Text>
      )}
    </Box>
  );
}
