import { Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { refreshSync } from '../../sync-queries.ts';
import { Failure } from '../../ui/failure.tsx';

interface Props {
  readonly label: string;
  readonly disabled?: boolean;
  readonly send: () => Promise<unknown>;
}

/** Missing copies are made anew after it, so it is asked for twice. */
export function SettleButton({ label, disabled = false, send }: Props) {
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure();
  const settle = useMutation({
    mutationFn: send,
    onSuccess: () => {
      notifications.show({ message: 'Settled. What was held back is due.', withBorder: true });
      close();
    },
    onSettled: () => refreshSync(client),
  });
  return (
    <>
      <Button size="compact-sm" variant="default" disabled={disabled} onClick={open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={`${label}?`} centered closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <Text size="sm">
            It says that the database is as it should be. Copies that are missing are made anew; those that are ahead
            stay as they are.
          </Text>
          {settle.error && <Failure error={settle.error} />}
          <Button loading={settle.isPending} onClick={() => settle.mutate()}>
            {label}
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
