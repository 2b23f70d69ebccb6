import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Secret } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { fullName } from '../../words.ts';
import { ActionForm, ActionFrame, Says } from './action-dialog.tsx';
import { TouchedConsumers } from './touched-consumers.tsx';

interface Props {
  readonly secret: Secret;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Another name or folder. Everything else of the secret stays. */
export function RenameDialog({ secret, opened, onClose }: Props) {
  return (
    <ActionFrame opened={opened} onClose={onClose} title={`Rename ${fullName(secret)}`}>
      <Rename secret={secret} onClose={onClose} />
    </ActionFrame>
  );
}

function Rename({ secret, onClose }: Omit<Props, 'opened'>) {
  const [name, setName] = useState(secret.name);
  const [path, setPath] = useState(secret.path);
  const [confirm, setConfirm] = useState<readonly string[]>([]);
  return (
    <ActionForm
      onClose={onClose}
      action="Rename"
      done={`It is called ${fullName({ path, name })} now.`}
      send={(comment, options) => {
        const body = { name, path, confirm, comment };
        return keyferry.secrets.rename(secret.id, body, options);
      }}
    >
      <Says>
        Whoever reads it by its old name finds it no longer. Its entries at vaults follow where names say where.
      </Says>
      <TextInput
        label="Folder"
        autoComplete="off"
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
      />
      <TextInput
        label="Name"
        required
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TouchedConsumers secretId={secret.id} confirmed={confirm} onConfirm={setConfirm} />
    </ActionForm>
  );
}
