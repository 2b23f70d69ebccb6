import { Button, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChangeRequestDetail } from '../../../client/api-types.ts';
import { evidenceQuery, explanationQuery, meQuery } from '../../queries.ts';
import { Icon } from '../../ui/icon.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ChangeActions } from './change-actions.tsx';
import { DecisionDialog, type Intent } from './decision-dialog.tsx';
import { hindrance } from './may-decide.ts';

interface Props {
  readonly change: ChangeRequestDetail;
  readonly title: string;
}

/** What is to be decided or done now, by whoever looks at it. */
export function DecisionPanel({ change, title }: Props) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: explanation } = useQuery(explanationQuery(change.id));
  const { data: evidence } = useQuery(evidenceQuery(change.id, change.revision));
  const [intent, setIntent] = useState<Intent>();
  const why = explanation && hindrance(me, change, explanation);
  const may = explanation !== undefined && why === undefined;
  const decide = (decision: Intent['decision']) => {
    if (may && evidence) setIntent({ decision, revision: evidence.revision, digest: evidence.digest });
  };
  useHotkeys([
    ['a', () => decide('approve')],
    ['r', () => decide('reject')],
  ]);
  return (
    <Panel title="Decision">
      {explanation === undefined ? (
        <Loading rows={2} height={36} />
      ) : (
        <Stack gap="sm">
          <Text size="sm">{explanation.summary}</Text>
          {may && (
            <Stack gap="xs">
              <Button
                leftSection={<Icon name="check" />}
                disabled={!evidence}
                onClick={() => decide('approve')}
                aria-keyshortcuts="a"
              >
                Approve
              </Button>
              <Button
                variant="default"
                leftSection={<Icon name="cross" />}
                disabled={!evidence}
                onClick={() => decide('reject')}
                aria-keyshortcuts="r"
              >
                Reject
              </Button>
            </Stack>
          )}
          {!may && change.state === 'pending_approval' && (
            <Text size="sm" c="dimmed">
              {why}
            </Text>
          )}
          <ChangeActions change={change} me={me} />
        </Stack>
      )}
      <DecisionDialog change={change} title={title} intent={intent} onClose={() => setIntent(undefined)} />
    </Panel>
  );
}
