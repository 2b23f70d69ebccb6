import { Anchor, Group, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { latestEventsQuery } from '../../audit-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { actionWords } from '../audit/action-words.ts';

type Filter = { readonly personId: string } | { readonly objectId: string };

/** What somebody did last, or what happened last to something. */
export function LatestActs({ filter }: { readonly filter: Filter }) {
  const { data, error, refetch } = useQuery(latestEventsQuery(filter));
  const search = 'personId' in filter ? { person: filter.personId } : { object: filter.objectId };
  return (
    <Panel
      title={'personId' in filter ? 'Last acts' : 'Last events'}
      aside={
        <Anchor size="sm" renderRoot={(props) => <Link to="/audit" search={search} {...props} />}>
          All in the record
        </Anchor>
      }
    >
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={3} height={24} />)}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is recorded yet.
        </Text>
      )}
      <List listStyleType="none" spacing={4} size="sm">
        {data?.map(({ id, action, at, actor }) => (
          <List.Item key={id}>
            <Group gap="sm">
              <span>
                {actionWords(action)}
                {'objectId' in filter && `, by ${actor.name}`}
              </span>
              <Text span size="sm" c="dimmed">
                <Time at={at} />
              </Text>
            </Group>
          </List.Item>
        ))}
      </List>
    </Panel>
  );
}
