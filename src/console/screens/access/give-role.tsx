import { NativeSelect, Select, Stack } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Body } from '../../../client/api.ts';
import type { RoleGrant } from '../../../client/api-types.ts';
import { rolesQuery } from '../../access-queries.ts';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { meQuery } from '../../queries.ts';
import { type RoleName, roleLabel, rolesToGive } from '../../role-words.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { useDirectory } from '../../use-directory.ts';
import { GovernedForm } from './governed-form.tsx';
import { type GrantScope, ScopeFields } from './scope-fields.tsx';

export type Subject = Pick<RoleGrant, 'subjectType' | 'subjectId'>;

interface Props {
  readonly title: string;
  /** Whom to give it; undefined: asked for as well. */
  readonly subject?: Subject;
}

/** Gives a role to a person, a group or a machine. */
export function GiveRole({ title, subject }: Props) {
  return (
    <DialogButton label="Give a role" title={title} size="xs">
      {(close) => <GiveForm start={subject} onAccepted={close} />}
    </DialogButton>
  );
}

interface FormProps {
  readonly start: Subject | undefined;
  readonly onAccepted: () => void;
}

function GiveForm({ start, onAccepted }: FormProps) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: all = [] } = useQuery(rolesQuery);
  const [subject, setSubject] = useState(start);
  const [chosen, setRole] = useState<RoleName>('viewer');
  const [scope, setScope] = useState<GrantScope>({ projectId: null, customerId: null, shared: false });
  const roles = rolesToGive(me, all, scope.projectId, scope.customerId);
  const role = roles.find((each) => each.role === chosen) ?? roles[0];
  const input = subject && role && { ...subject, role: role.role, ...scope };
  return (
    <GovernedForm
      input={input}
      send={(body, options) => keyferry.roles.grant(body as Body<'createRoleGrant'>, options)}
      done="The role is given."
      action="Give it"
      disabled={input === undefined}
      onAccepted={onAccepted}
    >
      {(error) => (
        <Stack gap="sm">
          {start === undefined && <SubjectField onChange={setSubject} />}
          <ScopeFields scope={scope} onChange={setScope} error={error} />
          <NativeSelect
            label="Role"
            description={role?.summary ?? 'You hold no role there that you could give.'}
            data={roles.map((each) => ({ value: each.role, label: roleLabel(each.role) }))}
            value={role?.role ?? ''}
            error={errorAt(error, '/role')}
            onChange={({ currentTarget }) => setRole(currentTarget.value as RoleName)}
          />
        </Stack>
      )}
    </GovernedForm>
  );
}

/** One of all people, groups and machines. */
function SubjectField({ onChange }: { readonly onChange: (subject: Subject | undefined) => void }) {
  const { people, groups, machines } = useDirectory();
  const [value, setValue] = useState<string | null>(null);
  const choices = (
    subjectType: Subject['subjectType'],
    of: readonly { readonly id: string; readonly name: string }[],
  ) => of.map(({ id, name }) => ({ value: `${subjectType} ${id}`, label: name }));
  const choose = (chosen: string | null) => {
    setValue(chosen);
    const [subjectType, subjectId] = chosen?.split(' ') ?? [];
    onChange(subjectId === undefined ? undefined : ({ subjectType, subjectId } as Subject));
  };
  return (
    <Select
      label="Who"
      searchable
      data-autofocus
      data={[
        { group: 'People', items: choices('person', people) },
        { group: 'Groups', items: choices('group', groups) },
        { group: 'Machines', items: choices('machine', machines) },
      ]}
      value={value}
      onChange={choose}
    />
  );
}
