import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CallOptions } from '../../../client/api.ts';
import { useOneEffect } from '../../one-effect.ts';
import { refreshChanges } from '../../queries.ts';

interface Options {
  /** What it sends may hold values, so it takes no argument that a cache would keep. */
  readonly send: (options: CallOptions) => Promise<unknown>;
  readonly done: string;
  readonly onDone?: () => void;
}

/** Something that is done to a change request; the page shows the outcome by itself. */
export function useChangeAction({ send, done, onDone }: Options) {
  const client = useQueryClient();
  const once = useOneEffect();
  return useMutation({
    mutationFn: () => once(send),
    gcTime: 0,
    onSuccess: () => {
      notifications.show({ message: done, withBorder: true });
      onDone?.();
    },
    onSettled: () => refreshChanges(client),
  });
}
