import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { ACTION_WORDS, actionWords } from '../../action-words.ts';
import type { AuditSearch } from '../../audit-search.ts';
import { Filters } from '../../ui/filters.tsx';
import { useDirectory } from '../../use-directory.ts';

interface Props {
  readonly search: AuditSearch;
  readonly onChange: (patch: Readonly<Record<string, string | null>>) => void;
}

const ACTIONS = Object.keys(ACTION_WORDS)
  .map((value) => ({ value, label: actionWords(value) }))
  .sort((a, b) => a.label.localeCompare(b.label));
const WIDTH = { base: '100%', xs: '12rem' } as const;
const PAUSE_MS = 250;

/** What narrows the record; all of it stands in the address, so that what was found can be passed on. */
export function AuditFilters({ search, onChange }: Props) {
  const { people } = useDirectory();
  const known = people.map(({ id, name }) => ({ value: id, label: name }));
  const { person = null } = search;
  const choices = person === null || people.some(({ id }) => id === person) ? known : [...known, unknown(person)];
  return (
    <Filters label="Audit" active={Object.keys(search).length}>
      <Select
        label="What happened"
        placeholder="Anything"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Anything' }}
        w={WIDTH}
        data={ACTIONS}
        value={search.action ?? null}
        onChange={(action) => onChange({ action })}
      />
      <Select
        label="Who answers for it"
        placeholder="Anybody"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Anybody' }}
        w={WIDTH}
        data={choices}
        value={person}
        onChange={(value) => onChange({ person: value })}
      />
      <DayInput label="From" value={search.from} onChange={(from) => onChange({ from })} />
      <DayInput label="Until" value={search.until} onChange={(until) => onChange({ until })} />
      <IdInput label="Id of the object" value={search.object} onChange={(object) => onChange({ object })} />
      <IdInput label="Id of the request" value={search.request} onChange={(request) => onChange({ request })} />
      {Object.keys(search).length > 0 && (
        <Button
          variant="subtle"
          onClick={() => onChange({ action: null, person: null, object: null, request: null, from: null, until: null })}
        >
          Show everything
        </Button>
      )}
    </Filters>
  );
}

function unknown(id: string): { readonly value: string; readonly label: string } {
  return { value: id, label: `Somebody (${id.slice(-6)})` };
}

interface InputProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}

function DayInput({ label, value = '', onChange }: InputProps) {
  return (
    <TextInput
      type="date"
      label={label}
      w={WIDTH}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** Looks when the typing pauses, and follows the address when it changes by other ways. */
function IdInput({ label, value = '', onChange }: InputProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const look = useDebouncedCallback(onChange, PAUSE_MS);
  return (
    <TextInput
      type="search"
      label={label}
      autoComplete="off"
      w={WIDTH}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        look(currentTarget.value);
      }}
    />
  );
}
