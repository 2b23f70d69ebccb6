import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CallOptions } from '../../../client/api.ts';
import type { Vault, VaultProfile, WaitingChange } from '../../../client/api-types.ts';
import { useOneEffect } from '../../one-effect.ts';
import { refreshVaults } from '../../vault-queries.ts';

type Saved = Vault | VaultProfile | WaitingChange;

/** Saves a vault or a profile. What it sends may hold credentials: nothing of it is kept. */
export function useVaultSave(send: (options: CallOptions) => Promise<Saved>, onDone: () => void) {
  const client = useQueryClient();
  const once = useOneEffect();
  return useMutation({
    gcTime: 0,
    mutationFn: () => once(send),
    onSuccess: (answer) => {
      notifications.show({ message: saidOf(answer), withBorder: true });
      onDone();
    },
    onSettled: () => refreshVaults(client),
  });
}

/** Where a policy governs it, others decide first. */
function saidOf(answer: Saved): string {
  return 'changeRequest' in answer ? 'Others are asked to agree. It stands in the inbox.' : 'Saved.';
}
