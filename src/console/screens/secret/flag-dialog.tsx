import { useEffect, useState } from 'react';
import type { Secret } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { fullName } from '../../words.ts';
import { ActionDialog, Says } from './action-dialog.tsx';

type Flag = 'protect' | 'unprotect' | 'enable' | 'disable' | 'restore';

interface Props {
  readonly secret: Secret;
  /** Undefined: closed. */
  readonly flag: Flag | undefined;
  readonly onClose: () => void;
}

const WORDS: Readonly<Record<Flag, { readonly action: string; readonly done: string; readonly says: string }>> = {
  protect: {
    action: 'Protect',
    done: 'It is protected.',
    says: 'Neither it nor its versions can be deleted until somebody takes the protection away.',
  },
  unprotect: {
    action: 'Take the protection away',
    done: 'It is no longer protected.',
    says: 'It and its versions can be deleted again.',
  },
  enable: { action: 'Enable', done: 'It is enabled.', says: 'It can be read and written again.' },
  disable: {
    action: 'Disable',
    done: 'It is disabled.',
    says: 'Reads and writes through Keyferry are refused until it is enabled. Copies in vaults stay as they are.',
  },
  restore: {
    action: 'Restore',
    done: 'It is back. Copies are on their way.',
    says: 'It comes back with its versions, and its copies with it.',
  },
};

/** Sets or takes away what holds for a secret as a whole. */
export function FlagDialog({ secret, flag, onClose }: Props) {
  // The dialog shows it while it closes.
  const [shown, setShown] = useState<Flag>();
  useEffect(() => {
    if (flag !== undefined) setShown(flag);
  }, [flag]);
  if (shown === undefined) return null;
  const { action, done, says } = WORDS[shown];
  return (
    <ActionDialog
      opened={flag !== undefined}
      onClose={onClose}
      title={`${action}: ${fullName(secret)}`}
      action={action}
      done={done}
      send={(comment, options) => keyferry.secrets[shown](secret.id, { comment }, options)}
    >
      <Says>{says}</Says>
    </ActionDialog>
  );
}
