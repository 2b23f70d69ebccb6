import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { refreshSync } from '../../sync-queries.ts';
import { ActionDialog, Says } from '../secret/action-dialog.tsx';
import { decide, WAYS, type Way } from './decision.ts';

/** What somebody is about to decide about a copy. */
export interface Intent {
  readonly way: Way;
  readonly secretId: string;
  readonly targetId: string;
  /** The secret and the profile in words. */
  readonly name: string;
}

interface Props {
  /** Undefined: closed. */
  readonly intent: Intent | undefined;
  readonly onClose: () => void;
}

/** Says what will come of it and asks for a reason. */
export function DecisionDialog({ intent, onClose }: Props) {
  const client = useQueryClient();
  // The dialog shows it while it closes.
  const [shown, setShown] = useState<Intent>();
  useEffect(() => {
    if (intent !== undefined) setShown(intent);
  }, [intent]);
  if (shown === undefined) return null;
  const { label, says } = WAYS[shown.way];
  return (
    <ActionDialog
      opened={intent !== undefined}
      onClose={() => {
        onClose();
        void refreshSync(client);
      }}
      title={`${label}: ${shown.name}`}
      action={label}
      done={shown.way === 'accept' ? 'It is the newest version now, everywhere.' : 'Decided. The copy follows.'}
      danger={shown.way === 'overwrite'}
      send={(comment, options) => decide(shown, shown.way, comment, options)}
    >
      <Says>{says}</Says>
    </ActionDialog>
  );
}
