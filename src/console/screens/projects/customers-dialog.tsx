import { Divider, Modal, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Project } from '../../../client/api-types.ts';
import { customersQuery } from '../../consumer-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { CustomerRow } from './customer-row.tsx';
import { NewCustomer } from './new-customer.tsx';

interface Props {
  /** Undefined: closed. */
  readonly project: Project | undefined;
  readonly onClose: () => void;
}

/** Those whose secrets a project keeps apart. */
export function CustomersDialog({ project, onClose }: Props) {
  // The dialog shows it while it closes.
  const [shown, setShown] = useState<Project>();
  useEffect(() => {
    if (project !== undefined) setShown(project);
  }, [project]);
  if (shown === undefined) return null;
  return (
    <Modal
      opened={project !== undefined}
      onClose={onClose}
      title={`Customers of ${shown.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <Known project={shown.slug} />
        <Divider />
        <Title order={3} size="h6">
          Add a customer
        </Title>
        <NewCustomer project={shown.slug} />
      </Stack>
    </Modal>
  );
}

function Known({ project }: { readonly project: string }) {
  const { data, error, refetch } = useQuery(customersQuery(project));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={2} height={36} />;
  if (data.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No customer yet. Each can have secrets of its own under the same names; what is of no customer is shared by all.
      </Text>
    );
  }
  return (
    <Stack gap="xs" role="list" aria-label="Customers">
      {data.map((customer) => (
        <CustomerRow key={customer.id} project={project} customer={customer} />
      ))}
    </Stack>
  );
}
