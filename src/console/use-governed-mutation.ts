import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { CallOptions } from '../client/api.ts';
import type { ChangeRequest } from '../client/api-types.ts';
import { refreshAccess } from './access-queries.ts';
import { useOneEffect } from './one-effect.ts';

export interface GovernedMutation<Input> {
  readonly send: (input: Input, options: CallOptions) => Promise<unknown>;
  /** What to say when it has taken effect. */
  readonly done: string;
  /** Called once it was accepted, in whatever way. */
  readonly onAccepted?: (() => void) | undefined;
}

/** A change of who may do what. Where a policy asks, it leads to the change request that waits. */
export function useGovernedMutation<Input>({ send, done, onAccepted }: GovernedMutation<Input>) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const once = useOneEffect();
  return useMutation({
    gcTime: 0,
    mutationFn: async (input: Input) => waitingChange(await once((options) => send(input, options))),
    onSuccess: (waiting) => {
      notifications.show({ message: waiting ? 'Others are asked to agree.' : done, withBorder: true });
      onAccepted?.();
      if (waiting) void navigate({ to: '/changes/$changeId', params: { changeId: waiting.id } });
    },
    onSettled: () => refreshAccess(client),
  });
}

/** The change to follow, unless it has taken effect already. */
export function waitingChange(answer: unknown): ChangeRequest | undefined {
  if (typeof answer !== 'object' || answer === null || !('changeRequest' in answer)) return undefined;
  return answer.changeRequest as ChangeRequest;
}
