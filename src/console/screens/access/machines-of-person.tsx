import { List } from '@mantine/core';
import { ObjectLink } from '../../ui/object-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useDirectory } from '../../use-directory.ts';

/** The machines somebody answers for; nothing where there are none. */
export function MachinesOfPerson({ userId }: { readonly userId: string }) {
  const { machines } = useDirectory();
  const own = machines.filter(({ ownerId }) => ownerId === userId);
  if (own.length === 0) return null;
  return (
    <Panel title="Machines">
      <List listStyleType="none" spacing={6} size="sm">
        {own.map(({ id, name, disabled }) => (
          <List.Item key={id}>
            <ObjectLink about={{ type: 'machine', id }}>{name}</ObjectLink>
            {disabled && ' (disabled)'}
          </List.Item>
        ))}
      </List>
    </Panel>
  );
}
