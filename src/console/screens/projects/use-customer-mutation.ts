import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CallOptions } from '../../../client/api.ts';
import { useOneEffect } from '../../one-effect.ts';

interface Options<Input> {
  readonly send: (input: Input, options: CallOptions) => Promise<unknown>;
  /** What to say when it has taken effect. */
  readonly done: string;
  readonly onDone?: () => void;
}

/** A change of the customers of a project, after which they are looked at again. */
export function useCustomerMutation<Input>({ send, done, onDone }: Options<Input>) {
  const client = useQueryClient();
  const once = useOneEffect();
  return useMutation({
    mutationFn: (input: Input) => once((options) => send(input, options)),
    onSuccess: () => {
      notifications.show({ message: done, withBorder: true });
      onDone?.();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['projects', 'customers'] }),
  });
}
