import { Select, Stack, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { meQuery } from '../../queries.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { useDirectory } from '../../use-directory.ts';
import { GovernedForm } from './governed-form.tsx';

export function NewMachine() {
  return (
    <DialogButton label="Add a machine" title="Add a machine" variant="filled">
      {(close) => <MachineForm onAccepted={close} />}
    </DialogButton>
  );
}

function MachineForm({ onAccepted }: { readonly onAccepted: () => void }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { people } = useDirectory();
  const [name, setName] = useState('');
  const [ownerId, setOwnerId] = useState<string | null>(me.personId);
  return (
    <GovernedForm
      input={{ name, ...(ownerId !== null && { ownerId }) }}
      send={(machine, options) => keyferry.machines.create(machine, options)}
      done="Added. Its owner makes its tokens."
      action="Save"
      onAccepted={onAccepted}
    >
      {(error) => (
        <Stack gap="sm">
          <TextInput
            label="Name"
            required
            data-autofocus
            autoComplete="off"
            value={name}
            error={errorAt(error, '/name')}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Select
            label="Who answers for it"
            description="In approvals the two are one. It stays so, and only this person makes its tokens."
            searchable
            allowDeselect={false}
            data={people.filter(({ disabled }) => !disabled).map(({ id, name: label }) => ({ value: id, label }))}
            value={ownerId}
            error={errorAt(error, '/ownerId')}
            onChange={setOwnerId}
          />
        </Stack>
      )}
    </GovernedForm>
  );
}
