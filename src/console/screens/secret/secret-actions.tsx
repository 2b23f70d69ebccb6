import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Me, Secret } from '../../../client/api-types.ts';
import { may } from '../../rights.ts';
import { Panel } from '../../ui/panel.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { DescribeDialog } from './describe-dialog.tsx';
import { FlagDialog } from './flag-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { WriteDialog } from './write-dialog.tsx';

interface Props {
  readonly secret: Secret;
  readonly me: Me;
}

type Act =
  | 'write'
  | 'describe'
  | 'rename'
  | 'protect'
  | 'unprotect'
  | 'enable'
  | 'disable'
  | 'restore'
  | 'delete'
  | 'destroy';

const LABELS: Readonly<Record<Act, string>> = {
  write: 'Write a new version',
  describe: 'Describe',
  rename: 'Rename or move',
  protect: 'Protect from deletion',
  unprotect: 'Take the protection away',
  enable: 'Enable',
  disable: 'Disable',
  restore: 'Restore',
  delete: 'Delete',
  destroy: 'Destroy for good',
};

/** Everything that can be done with a secret, by whoever looks at it. */
export function SecretActions({ secret, me }: Props) {
  const [open, setOpen] = useState<Act>();
  const acts = actsOn(secret, me);
  const close = () => setOpen(undefined);
  const waits = secret.pendingChangeId !== null;
  if (acts.length === 0) return null;
  return (
    <Panel title="What to do">
      <Stack gap="xs">
        {waits && (
          <Text size="sm" c="dimmed">
            One change at a time: the one that waits must end first.
          </Text>
        )}
        {acts.map((act) => (
          <Button
            key={act}
            variant={act === 'write' ? 'filled' : 'default'}
            disabled={waits}
            onClick={() => setOpen(act)}
          >
            {LABELS[act]}
          </Button>
        ))}
      </Stack>
      <WriteDialog secret={secret} me={me} opened={open === 'write'} onClose={close} />
      <DescribeDialog secret={secret} opened={open === 'describe'} onClose={close} />
      <RenameDialog secret={secret} opened={open === 'rename'} onClose={close} />
      <FlagDialog secret={secret} flag={flagOf(open)} onClose={close} />
      <DeleteDialog secret={secret} way={open === 'delete' || open === 'destroy' ? open : undefined} onClose={close} />
    </Panel>
  );
}

function flagOf(act: Act | undefined) {
  return act === 'write' || act === 'describe' || act === 'rename' || act === 'delete' || act === 'destroy'
    ? undefined
    : act;
}

function actsOn({ state, enabled, protected: safe, projectId }: Secret, me: Me): readonly Act[] {
  const edit = may(me, 'secret.edit', projectId);
  const remove = may(me, 'secret.delete', projectId);
  if (state === 'deleted') {
    return [
      ...(may(me, 'secret.restore', projectId) ? (['restore'] as const) : []),
      ...(remove && !safe ? (['destroy'] as const) : []),
    ];
  }
  if (state !== 'active' && state !== 'pending_approval') return [];
  return [
    ...(edit && enabled ? (['write'] as const) : []),
    ...(edit ? (['describe', 'rename', enabled ? 'disable' : 'enable', safe ? 'unprotect' : 'protect'] as const) : []),
    ...(remove && !safe ? (['delete'] as const) : []),
  ];
}
