import { useInfiniteQuery } from '@tanstack/react-query';
import { grantsQuery } from '../../access-queries.ts';
import { itemsOf } from '../../pages.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { GiveRole, type Subject } from './give-role.tsx';
import { GrantTable } from './grant-table.tsx';

interface Props {
  readonly subject: Subject;
  readonly name: string;
}

/** The roles that were given to one person, group or machine itself. */
export function RolesOf({ subject, name }: Props) {
  const list = useInfiniteQuery(grantsQuery({ subjectId: subject.subjectId }));
  const { data, error, refetch } = list;
  return (
    <Panel title="Roles" aside={<GiveRole title={`Give ${name} a role`} subject={subject} />}>
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={2} height={32} />)}
      {data && <GrantTable grants={itemsOf(data)} />}
      <More of={list} />
    </Panel>
  );
}
