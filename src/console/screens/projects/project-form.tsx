import { Button, Checkbox, NumberInput, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Project } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { useOneEffect } from '../../one-effect.ts';
import { Failure } from '../../ui/failure.tsx';
import { changesIn, type ProjectDraft, startDraft, wholeOf } from './project-draft.ts';

const FLAGS = [
  {
    name: 'writeOnly',
    label: 'Write-only',
    description: 'Values are handed out to nobody; copies are carried all the same.',
  },
  {
    name: 'reasonRequired',
    label: 'Reading needs a reason',
    description: 'People say why they read a value; it stands in the audit trail. Machines are not asked.',
  },
  {
    name: 'plainIdentifiers',
    label: 'Plain names',
    description: 'Letters, digits and “_” only, as templates need.',
  },
] as const;

const LIMITS = [
  { name: 'maxSecrets', label: 'Most secrets', description: 'Empty: no limit.' },
  { name: 'maxVersions', label: 'Most versions of each', description: 'Empty: no limit.' },
] as const;

interface FormProps {
  /** Undefined: a new one. */
  readonly project: Project | undefined;
  readonly onClose: () => void;
}

/** Drawn anew whenever the dialog opens. */
export function ProjectForm({ project, onClose }: FormProps) {
  const client = useQueryClient();
  const once = useOneEffect();
  const [before] = useState(() => startDraft(project));
  const [draft, setDraft] = useState(before);
  const save = useMutation({
    mutationFn: () =>
      once((options) =>
        project === undefined
          ? keyferry.projects.create(wholeOf(draft), options)
          : keyferry.projects.update(project.id, changesIn(before, draft), options),
      ),
    onSuccess: () => {
      notifications.show({ message: 'Saved.', withBorder: true });
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['projects'] }),
  });
  const change = (patch: Partial<ProjectDraft>) => setDraft((known) => ({ ...known, ...patch }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const text = (name: 'name' | 'slug' | 'description') => ({
    value: draft[name],
    autoComplete: 'off',
    error: errorAt(save.error, `/${name}`),
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: HTMLInputElement }) => change({ [name]: value }),
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput label="Name" required data-autofocus {...text('name')} />
        {project === undefined && (
          <TextInput
            label="Short name"
            description="Stands in paths at vaults and stays for good."
            required
            {...text('slug')}
          />
        )}
        <TextInput label="Description" {...text('description')} />
        {FLAGS.map(({ name, label, description }) => (
          <Checkbox
            key={name}
            label={label}
            description={description}
            checked={draft[name]}
            onChange={(event) => change({ [name]: event.currentTarget.checked })}
          />
        ))}
        {LIMITS.map(({ name, label, description }) => (
          <NumberInput
            key={name}
            label={label}
            description={description}
            min={name === 'maxSecrets' ? 0 : 1}
            allowDecimal={false}
            value={draft[name] ?? ''}
            error={errorAt(save.error, `/${name}`)}
            onChange={(value) => change({ [name]: typeof value === 'number' ? value : null })}
          />
        ))}
        {save.error && <Failure error={save.error} />}
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </Stack>
    </form>
  );
}
