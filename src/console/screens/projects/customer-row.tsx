import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Customer } from '../../../client/api-types.ts';
import { RemoveCustomer } from './remove-customer.tsx';
import { RenameCustomer } from './rename-customer.tsx';

interface Props {
  readonly project: string;
  readonly customer: Customer;
}

/** A customer, and in the same place what may be done about it. */
export function CustomerRow({ project, customer }: Props) {
  const [doing, setDoing] = useState<'rename' | 'remove'>();
  const stop = () => setDoing(undefined);
  const { name, slug } = customer;
  return (
    <Stack gap="xs" role="listitem">
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            {slug}
          </Text>
        </div>
        {doing === undefined && (
          <Group gap="xs" wrap="nowrap">
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Rename ${name}`}
              onClick={() => setDoing('rename')}
            >
              Rename
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Remove ${name}`}
              onClick={() => setDoing('remove')}
            >
              Remove
            </Button>
          </Group>
        )}
      </Group>
      {doing === 'rename' && <RenameCustomer project={project} customer={customer} onDone={stop} />}
      {doing === 'remove' && <RemoveCustomer project={project} customer={customer} onDone={stop} />}
    </Stack>
  );
}
