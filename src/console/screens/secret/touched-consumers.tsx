import { Alert, Checkbox, List } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { consumersQuery } from '../../consumer-queries.ts';
import { Icon } from '../../ui/icon.tsx';

interface Props {
  readonly secretId: string;
  /** Only those that name this version; undefined: all. */
  readonly version?: number;
  /** Ids of those that may be left without it. */
  readonly confirmed: readonly string[];
  readonly onConfirm: (ids: readonly string[]) => void;
}

/** Who would be left without what they read, and that this is meant. */
export function TouchedConsumers({ secretId, version, confirmed, onConfirm }: Props) {
  const { data } = useQuery(consumersQuery(secretId));
  const uses = (data?.items ?? []).filter(({ selector }) => version === undefined || selector === String(version));
  const ids = [...new Set(uses.map(({ id }) => id))];
  if (ids.length === 0) return null;
  return (
    <Alert
      variant="default"
      icon={<Icon name="warning" />}
      title={ids.length === 1 ? 'One consumer reads it' : `${ids.length} consumers read it`}
    >
      <List size="sm" spacing={2} mb="xs">
        {ids.map((id) => (
          <List.Item key={id}>{uses.find((use) => use.id === id)?.name}</List.Item>
        ))}
      </List>
      <Checkbox
        label="They may be left without it"
        checked={ids.every((id) => confirmed.includes(id))}
        onChange={(event) => onConfirm(event.currentTarget.checked ? ids : [])}
      />
    </Alert>
  );
}
