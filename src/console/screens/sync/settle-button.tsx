import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { refreshSync } from '../../sync-queries.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { Failure } from '../../ui/failure.tsx';

interface Props {
  readonly label: string;
  readonly disabled?: boolean;
  readonly send: () => Promise<unknown>;
}

/** Missing copies are made anew after it, so it is asked for twice. */
export function SettleButton({ label, disabled = false, send }: Props) {
  return (
    <DialogButton label={label} title={`${label}?`} size="compact-sm" disabled={disabled}>
      {(close) => <Settle label={label} send={send} onDone={close} />}
    </DialogButton>
  );
}

function Settle({ label, send, onDone }: Omit<Props, 'disabled'> & { readonly onDone: () => void }) {
  const client = useQueryClient();
  const settle = useMutation({
    mutationFn: send,
    onSuccess: () => {
      notifications.show({ message: 'Settled. What was held back is due.', withBorder: true });
      onDone();
    },
    onSettled: () => refreshSync(client),
  });
  return (
    <Stack>
      <Text size="sm">
        It says that the database is as it should be. Copies that are missing are made anew; those that are ahead stay
        as they are.
      </Text>
      {settle.error && <Failure error={settle.error} />}
      <Button loading={settle.isPending} onClick={() => settle.mutate()}>
        {label}
      </Button>
    </Stack>
  );
}
