import { Paper, Stack, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { auditPagesQuery, newerEventsQuery } from '../../audit-queries.ts';
import type { AuditSearch } from '../../audit-search.ts';
import { itemsOf } from '../../pages.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { More } from '../../ui/more.tsx';
import styles from './audit.module.css';
import { byDay } from './days.ts';
import { EventRow } from './event-row.tsx';

interface Props {
  readonly search: AuditSearch;
  readonly onChange: (patch: Readonly<Record<string, string | null>>) => void;
}

/** The events that fit, day by day; what happens meanwhile appears by itself. */
export function Timeline({ search, onChange }: Props) {
  const list = useInfiniteQuery(auditPagesQuery(search));
  const { data, error, refetch } = list;
  useQuery(newerEventsQuery(search));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading height={48} />;
  const events = itemsOf(data);
  if (events.length === 0) {
    return (
      <Empty icon="list" title="Nothing fits">
        No event of that kind, time or person is in the record.
      </Empty>
    );
  }
  return (
    <Stack gap="md">
      {byDay(events, new Date()).map(({ date, title, items }) => (
        <section key={date} aria-label={title}>
          <Title order={2} size="h6" className={styles.day}>
            {title}
          </Title>
          <Paper withBorder component="ul" className={styles.list}>
            {items.map((event) => (
              <EventRow key={event.id} event={event} onNarrow={onChange} />
            ))}
          </Paper>
        </section>
      ))}
      <More of={list} />
    </Stack>
  );
}
