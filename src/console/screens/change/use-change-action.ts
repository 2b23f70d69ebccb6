import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api.ts';
import type { ChangeDetail } from '../../api-types.ts';
import { refreshChanges } from '../../queries.ts';

interface Options {
  readonly change: ChangeDetail;
  /** The last part of the path. */
  readonly action: string;
  /** Made when it is sent: it may hold values, which no cache is to keep. */
  readonly body?: () => unknown;
  readonly done: string;
  readonly onDone?: () => void;
}

/** Something that is done to a change request; the page shows the outcome by itself. */
export function useChangeAction({ change, action, body, done, onDone }: Options) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<unknown>(`/v1/change-requests/${change.id}/${action}`, body?.()),
    gcTime: 0,
    onSuccess: () => {
      notifications.show({ message: done, withBorder: true });
      onDone?.();
    },
    onSettled: () => refreshChanges(client),
  });
}
