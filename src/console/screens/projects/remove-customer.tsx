import { Button, Group, Stack, Text } from '@mantine/core';
import type { Customer } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { useCustomerMutation } from './use-customer-mutation.ts';

interface Props {
  readonly project: string;
  readonly customer: Customer;
  readonly onDone: () => void;
}

/** Asks once more; the API refuses it for a customer that has had secrets. */
export function RemoveCustomer({ project, customer, onDone }: Props) {
  const remove = useCustomerMutation({
    send: (_: undefined, options) => keyferry.customers.delete(project, customer.slug, options),
    done: 'Removed.',
    onDone,
  });
  return (
    <Stack gap="xs">
      <Text size="sm">Only a customer that never had secrets can be removed. Nothing at vaults changes.</Text>
      {remove.error && <Failure error={remove.error} />}
      <Group justify="flex-end" gap="xs">
        <Button size="compact-sm" variant="default" autoFocus onClick={onDone}>
          Leave it
        </Button>
        <Button size="compact-sm" color="red.9" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>
          Remove {customer.name}
        </Button>
      </Group>
    </Stack>
  );
}
