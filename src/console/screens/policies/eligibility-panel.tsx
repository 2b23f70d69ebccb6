import { Select, Stack, Text } from '@mantine/core';
import type { Eligibility } from '../../../client/api-types.ts';
import { Failure } from '../../ui/failure.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { useDirectory } from './use-directory.ts';

interface Props {
  readonly eligibility: Eligibility | undefined;
  readonly error: unknown;
  /** What keeps the rules from being asked about. */
  readonly missing: string | undefined;
  readonly requesterId: string | null;
  readonly onRequester: (id: string | null) => void;
}

/** Whether the people who are there could meet the draft, all steps taken together. */
export function EligibilityPanel({ eligibility, error, missing, requesterId, onRequester }: Props) {
  const { users } = useDirectory();
  return (
    <Panel title="Can it be met?">
      <Stack gap="sm">
        <div role="status">
          <Verdict eligibility={eligibility} missing={missing} asked={requesterId !== null} />
        </div>
        {!eligibility && error ? <Failure error={error} /> : null}
        <Select
          label="As if asked by"
          description="Who asks for a change does not decide on it."
          placeholder="Anybody who can ask"
          data={[...users]}
          value={requesterId}
          onChange={onRequester}
          searchable
          allowDeselect
          nothingFoundMessage="Nobody fits"
        />
      </Stack>
    </Panel>
  );
}

interface VerdictProps extends Pick<Props, 'eligibility' | 'missing'> {
  readonly asked: boolean;
}

function Verdict({ eligibility, missing, asked }: VerdictProps) {
  const { nameOf } = useDirectory();
  if (missing !== undefined) return <Text size="sm">{missing}</Text>;
  if (eligibility === undefined) return <Text size="sm">Being looked up.</Text>;
  const { unsatisfiable: lack } = eligibility;
  if (lack === null) return <Status tone="good" label="Yes, as things stand" />;
  const where = lack.projectId === null ? '' : ` in ${nameOf('project', lack.projectId)}`;
  return (
    <Stack gap={4}>
      <Status tone="bad" label={asked ? 'Not when they ask' : 'No, by nobody'} />
      <Text size="sm">
        Step “{lack.step}” of “{lack.rule}” asks for {lack.required}
        {where}; {lack.available} could decide it beside the requester and those whom earlier steps need.
      </Text>
      {!asked && (
        <Text size="sm" c="dimmed">
          It cannot be saved like this.
        </Text>
      )}
    </Stack>
  );
}
