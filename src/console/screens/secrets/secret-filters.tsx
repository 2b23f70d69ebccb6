import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { SECRET_TYPES, TYPE_LABEL } from '../../payload/payload-fields.ts';
import { projectsQuery, type SecretFilter } from '../../secret-queries.ts';
import { Filters } from '../../ui/filters.tsx';
import { SECRET_STATE, SECRET_STATES } from '../../words.ts';
import { CustomerChoice } from './customer-choice.tsx';

interface Props {
  readonly filter: SecretFilter;
  readonly onChange: (patch: Readonly<Record<string, string | null>>) => void;
}

const TYPES = SECRET_TYPES.map((value) => ({ value, label: TYPE_LABEL[value] }));
const STATES = SECRET_STATES.map((value) => ({ value, label: SECRET_STATE[value].label }));
const WIDTH = { base: '100%', xs: '11rem' } as const;

/** What narrows the list; all of it stands in the address, so that a list can be passed on. */
export function SecretFilters({ filter, onChange }: Props) {
  const { data: projects } = useQuery(projectsQuery);
  const known = (projects?.items ?? []).map(({ slug, name }) => ({ value: slug, label: name }));
  return (
    <Filters label="Secrets" active={Object.keys(filter).filter((name) => name !== 'path').length}>
      <Typed label="Name" value={filter.name ?? ''} onChange={(name) => onChange({ name })} />
      <Choice
        label="Project"
        value={filter.project}
        data={known}
        onChange={(project) => onChange({ project, customer: null })}
      />
      {filter.project !== undefined && (
        <CustomerChoice
          project={filter.project}
          value={filter.customer ?? ''}
          everybody={{ value: '', label: 'Any' }}
          shared
          width={WIDTH}
          onChange={(customer) => onChange({ customer })}
        />
      )}
      <Choice label="Type" value={filter.type} data={TYPES} onChange={(type) => onChange({ type })} />
      <Choice label="State" value={filter.state} data={STATES} onChange={(state) => onChange({ state })} />
      <Typed label="Tag" value={filter.tag ?? ''} onChange={(tag) => onChange({ tag })} accepts={TAG} />
    </Filters>
  );
}

const TAG = /^([A-Za-z0-9][A-Za-z0-9_.:-]{0,62})?$/;
const ANY = /^.{0,128}$/;
const PAUSE_MS = 200;

interface TypedProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Anything else is not looked for. */
  readonly accepts?: RegExp;
}

/** Looks when the typing pauses, and follows the address when it changes by other ways. */
function Typed({ label, value, onChange, accepts = ANY }: TypedProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const look = useDebouncedCallback(onChange, PAUSE_MS);
  return (
    <TextInput
      label={label}
      type="search"
      autoComplete="off"
      w={WIDTH}
      value={text}
      error={accepts.test(text) ? undefined : 'No tag is written so'}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        if (accepts.test(currentTarget.value)) look(currentTarget.value);
      }}
    />
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly data: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string | null) => void;
}

function Choice({ label, value = '', data, onChange }: ChoiceProps) {
  const all = value === '' || data.some((each) => each.value === value) ? data : [...data, { value, label: value }];
  return (
    <NativeSelect
      label={label}
      w={WIDTH}
      value={value}
      data={[{ value: '', label: 'Any' }, ...all]}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}
