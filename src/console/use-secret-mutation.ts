import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { CallOptions } from '../client/api.ts';
import type { ChangeRequest, MutationAnswer } from '../client/api-types.ts';
import { useOneEffect } from './one-effect.ts';
import { refreshChanges } from './queries.ts';

interface Options {
  /** Sends it. What it sends may hold values, so it takes no argument that a cache would keep. */
  readonly send: (options: CallOptions) => Promise<MutationAnswer>;
  /** What to say when it has taken effect. */
  readonly done: (answer: MutationAnswer) => string;
  /** Called once it was accepted, in whatever way. */
  readonly onAccepted: (answer: MutationAnswer) => void;
}

/** A mutation of a secret. One that did not take effect at once leads to its change request. */
export function useSecretMutation({ send, done, onAccepted }: Options) {
  const client = useQueryClient();
  const once = useOneEffect();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => once(send),
    gcTime: 0,
    onSuccess: (answer) => {
      const open = openChange(answer);
      notifications.show({ message: open ? waiting(open) : done(answer), withBorder: true });
      onAccepted(answer);
      if (open) void navigate({ to: '/changes/$changeId', params: { changeId: open.id } });
    },
    onSettled: () => refreshChanges(client),
  });
}

/** The change to follow, unless it has taken effect already. */
export function openChange({ changeRequest }: MutationAnswer): ChangeRequest | undefined {
  return changeRequest === null || changeRequest.state === 'applied' ? undefined : changeRequest;
}

function waiting({ state }: ChangeRequest): string {
  if (state === 'draft') return 'Kept as a draft. Nobody is asked until you submit it.';
  return state === 'pending_approval' ? 'Others are asked to agree.' : 'It is being carried out.';
}
