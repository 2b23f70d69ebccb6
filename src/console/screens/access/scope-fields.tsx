import { Checkbox, NativeSelect } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { RoleGrant } from '../../../client/api-types.ts';
import { customersQuery } from '../../consumer-queries.ts';
import { errorAt } from '../../field-errors.ts';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { useDirectory } from '../../use-directory.ts';

export type GrantScope = Pick<RoleGrant, 'projectId' | 'customerId' | 'shared'>;

interface Props {
  readonly scope: GrantScope;
  readonly onChange: (scope: GrantScope) => void;
  readonly error: unknown;
}

/** Where a role counts: everywhere, in a project, or for one of its customers. */
export function ScopeFields({ scope, onChange, error }: Props) {
  const { projectId, customerId, shared } = scope;
  const { data: me } = useSuspenseQuery(meQuery);
  const { projects } = useDirectory();
  const { data: customers = [] } = useQuery(customersQuery(projectId ?? undefined));
  const everywhere = may(me, 'access.administer', null);
  const mine = projects.filter(({ id }) => may(me, 'access.administer', id));
  const first = everywhere ? null : (mine[0]?.id ?? null);
  useEffect(() => {
    if (projectId === null && first !== null) onChange({ projectId: first, customerId: null, shared: false });
  }, [projectId, first, onChange]);
  return (
    <>
      <NativeSelect
        label="Where"
        data={[
          ...(everywhere ? [{ value: '', label: 'In the whole organization' }] : []),
          ...mine.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={projectId ?? ''}
        error={errorAt(error, '/projectId')}
        onChange={({ currentTarget }) =>
          onChange({ projectId: currentTarget.value || null, customerId: null, shared: false })
        }
      />
      {customers.length > 0 && (
        <NativeSelect
          label="For"
          data={[
            { value: '', label: 'All of the project' },
            ...customers.map(({ id, name }) => ({ value: id, label: `Customer ${name}` })),
          ]}
          value={customerId ?? ''}
          error={errorAt(error, '/customerId')}
          onChange={({ currentTarget }) =>
            onChange({ projectId, customerId: currentTarget.value || null, shared: false })
          }
        />
      )}
      {customerId !== null && (
        <Checkbox
          label="Also for what the project shares"
          checked={shared}
          onChange={({ currentTarget }) => onChange({ ...scope, shared: currentTarget.checked })}
        />
      )}
    </>
  );
}
