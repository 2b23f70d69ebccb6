import { Paper } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import type { ChangeRequest } from '../../../client/api-types.ts';
import type { InboxView } from '../../queries.ts';
import { ChangeRow } from './change-row.tsx';

interface Props {
  readonly changes: readonly ChangeRequest[];
  readonly view: InboxView;
}

/** A list that is walked with j and k; each row is a link, so Enter and the pointer open it as any link. */
export function ChangeList({ changes, view }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const navigate = useNavigate();
  const move = (by: number) => {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const next = at === -1 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
    links[next]?.focus();
  };
  const openFirst = () => {
    const first = changes[0];
    const onLink = list.current?.contains(document.activeElement);
    if (!onLink && document.activeElement === document.body && first) {
      void navigate({ to: '/changes/$changeId', params: { changeId: first.id } });
    }
  };
  useHotkeys([
    ['j', () => move(1)],
    ['k', () => move(-1)],
    ['Enter', openFirst, { preventDefault: false }],
  ]);
  return (
    <Paper withBorder component="ul" ref={list} p={0} m={0} style={{ listStyle: 'none', overflow: 'hidden' }}>
      {changes.map((change) => (
        <ChangeRow key={change.id} change={change} showState={view !== 'me'} />
      ))}
    </Paper>
  );
}
