import { Box, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { VaultProfile } from '../../../client/api-types.ts';
import { Filters } from '../../ui/filters.tsx';
import { wordsOf } from '../../words.ts';
import { type MapSearch, STATE_CHOICES, syncSearch } from './sync-search.ts';

interface Props {
  readonly search: MapSearch;
  readonly profiles: readonly VaultProfile[];
}

/** What narrows the map; the address keeps it. */
export function MapFilters({ search, profiles }: Props) {
  const navigate = useNavigate();
  const [name, setName] = useState(search.name ?? '');
  const narrow = (change: Readonly<Record<string, string | null>>) =>
    void navigate({ to: '/sync', search: syncSearch({ ...search, ...change }), replace: true, resetScroll: false });
  const narrowByName = useDebouncedCallback((text: string) => narrow({ name: text }), 250);
  return (
    <Box mb="sm">
      <Filters label="Copies" active={[search.name, search.state, search.profile].filter(Boolean).length}>
        <TextInput
          label="Name"
          placeholder="Part of it"
          value={name}
          onChange={({ currentTarget: { value } }) => {
            setName(value);
            narrowByName(value);
          }}
        />
        <Select
          label="State of a copy"
          placeholder="Any"
          clearable
          clearButtonProps={{ 'aria-label': 'Any state' }}
          data={STATE_CHOICES.map((value) => ({ value, label: wordsOf(value) }))}
          value={search.state ?? null}
          onChange={(state) => narrow({ state })}
        />
        <Select
          label="Vault profile"
          placeholder="Any"
          clearable
          searchable
          clearButtonProps={{ 'aria-label': 'Any vault profile' }}
          data={profiles.map(({ id, name: label }) => ({ value: id, label }))}
          value={search.profile ?? null}
          onChange={(profile) => narrow({ profile })}
        />
      </Filters>
    </Box>
  );
}
