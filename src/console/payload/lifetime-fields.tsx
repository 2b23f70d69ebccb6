import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import { zoneName } from '../ui/time.tsx';
import type { LifetimeDraft } from './lifetime-draft.ts';

interface Props {
  readonly draft: LifetimeDraft;
  readonly onChange: (draft: LifetimeDraft) => void;
  readonly error: string | undefined;
}

const ENDS = [
  { value: 'disable', label: 'Disabled' },
  { value: 'delete', label: 'Deleted, at its copies too' },
];

/** Until when a secret is good, and what becomes of it then. */
export function LifetimeFields({ draft, onChange, error }: Props) {
  return (
    <SimpleGrid type="container" cols={{ base: 1, '32rem': 2 }}>
      <TextInput
        type="datetime-local"
        label="Ends at"
        description={`Empty: it lasts. In your zone, ${zoneName()}.`}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={draft.endsAt}
        error={error}
        onChange={({ currentTarget }) => onChange({ ...draft, endsAt: currentTarget.value })}
      />
      {draft.endsAt !== '' && (
        <NativeSelect
          label="Then it is"
          data={ENDS}
          value={draft.action}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...draft, action: value === 'delete' ? 'delete' : 'disable' })
          }
        />
      )}
    </SimpleGrid>
  );
}
