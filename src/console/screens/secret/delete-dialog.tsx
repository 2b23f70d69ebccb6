import { NumberInput, Radio, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Secret } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { fullName } from '../../words.ts';
import { ActionForm, ActionFrame } from './action-dialog.tsx';
import { TouchedConsumers } from './touched-consumers.tsx';
import { TouchedPlaces } from './touched-places.tsx';

type Way = 'delete' | 'destroy';
type Copies = 'delete' | 'keep';

interface Props {
  readonly secret: Secret;
  /** Undefined: closed. */
  readonly way: Way | undefined;
  readonly onClose: () => void;
}

/** Deletes a secret, recoverably or for good, after saying what goes and asking for its name. */
export function DeleteDialog({ secret, way, onClose }: Props) {
  // The dialog shows it while it closes.
  const [shown, setShown] = useState<Way>();
  useEffect(() => {
    if (way !== undefined) setShown(way);
  }, [way]);
  if (shown === undefined) return null;
  const name = fullName(secret);
  const title = shown === 'delete' ? `Delete ${name}` : `Destroy ${name} for good`;
  return (
    <ActionFrame opened={way !== undefined} onClose={onClose} title={title}>
      <Remove secret={secret} way={shown} onClose={onClose} />
    </ActionFrame>
  );
}

function Remove({ secret, way, onClose }: Props & { readonly way: Way }) {
  const [copies, setCopies] = useState<Copies>('delete');
  const [days, setDays] = useState<number | string>('');
  const [confirm, setConfirm] = useState<readonly string[]>([]);
  const name = fullName(secret);
  const recoverable = way === 'delete';
  const recovery = typeof days === 'number' ? { recoveryDays: days } : {};
  return (
    <ActionForm
      onClose={onClose}
      action={recoverable ? 'Delete' : 'Destroy for good'}
      done={recoverable ? 'Deleted. It can be restored for a while.' : 'It is gone for good.'}
      danger
      typed={name}
      send={(comment, options) =>
        recoverable
          ? keyferry.secrets.delete(secret.id, { comment, copies, confirm, ...recovery }, options)
          : keyferry.secrets.destroy(secret.id, { comment, copies, confirm }, options)
      }
    >
      <TouchedPlaces secret={secret} copies={copies} recoverable={recoverable} />
      {recoverable && <TouchedConsumers secretId={secret.id} confirmed={confirm} onConfirm={setConfirm} />}
      <Radio.Group label="Its copies" value={copies} onChange={(value) => setCopies(value as Copies)}>
        <Stack gap={6} mt={6}>
          <Radio value="delete" label="Go as well" />
          <Radio value="keep" label="Stay where they are, no longer kept in step" />
        </Stack>
      </Radio.Group>
      {recoverable && (
        <NumberInput
          label="Days in which it can be restored"
          description="Left empty: as usual here."
          min={1}
          max={365}
          allowDecimal={false}
          value={days}
          onChange={setDays}
        />
      )}
    </ActionForm>
  );
}
