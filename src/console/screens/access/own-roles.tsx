import { List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Me } from '../../../client/api-types.ts';
import { rolesQuery } from '../../access-queries.ts';
import { roleLabel } from '../../role-words.ts';
import { Panel } from '../../ui/panel.tsx';
import { ScopeText } from './scope-text.tsx';

/** What the one who looks may do, own roles and those of groups. */
export function OwnRoles({ me }: { readonly me: Me }) {
  const { data: roles = [] } = useQuery(rolesQuery);
  return (
    <Panel title="What you may do">
      {me.grants.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing yet: nobody has given you a role. Ask an administrator.
        </Text>
      ) : (
        <List size="sm" spacing={4}>
          {me.grants.map(({ role, ...scope }) => (
            <List.Item key={[role, scope.projectId, scope.customerId].join(' ')}>
              <strong>{roleLabel(role)}</strong>, <ScopeText {...scope} />.{' '}
              <Text span c="dimmed" size="sm">
                {roles.find((each) => each.role === role)?.summary}
              </Text>
            </List.Item>
          ))}
        </List>
      )}
    </Panel>
  );
}
