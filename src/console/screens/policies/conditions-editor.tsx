import { Button, Collapse, SimpleGrid, Stack, TagsInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ApprovalConditionsOutput } from '../../../client/api-types.ts';
import { TYPE_LABEL } from '../../payload/payload-fields.ts';
import { Choices } from './choices.tsx';
import { isFolder } from './policy-draft.ts';
import { ADMINISTRATIVE_OPERATIONS, type Operation, SECRET_OPERATIONS } from './policy-words.ts';
import type { Directory } from './use-directory.ts';

interface Props {
  readonly when: ApprovalConditionsOutput;
  readonly onChange: (when: ApprovalConditionsOutput) => void;
  readonly directory: Directory;
  /** What is wrong with one of the lists. */
  readonly errorOf: (list: keyof ApprovalConditionsOutput) => string | undefined;
}

const choicesIn = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label: label.charAt(0).toUpperCase() + label.slice(1) }));
const OPERATION_CHOICES = [
  { group: 'Secrets', items: choicesIn(SECRET_OPERATIONS) },
  { group: 'Administration', items: choicesIn(ADMINISTRATIVE_OPERATIONS) },
];
const TYPE_CHOICES = choicesIn(TYPE_LABEL);

/** What a rule is asked about; what is left empty does not narrow it. */
export function ConditionsEditor({ when, onChange, directory, errorOf }: Props) {
  const { operations, ...narrowing } = when;
  const [open, { toggle }] = useDisclosure(Object.values(narrowing).some((entries) => entries.length > 0));
  const set = (patch: Partial<ApprovalConditionsOutput>) => onChange({ ...when, ...patch });
  const badFolder = when.paths.find((path) => !isFolder(path));
  return (
    <Stack gap="sm">
      <Choices
        label="Asked about"
        data={OPERATION_CHOICES}
        value={operations}
        nothing="Every change"
        error={errorOf('operations')}
        onChange={(value) => set({ operations: value as Operation[] })}
      />
      <Button variant="subtle" size="compact-sm" w="fit-content" aria-expanded={open} onClick={toggle}>
        {open ? 'Fewer conditions' : 'Only in some projects, folders or types'}
      </Button>
      <Collapse expanded={open}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Choices
            label="Projects"
            data={[...directory.projects]}
            value={when.projects}
            nothing="Any"
            error={errorOf('projects')}
            onChange={(projects) => set({ projects })}
          />
          <Choices
            label="Customers"
            data={[...directory.customers]}
            value={when.customers}
            nothing="Any"
            error={errorOf('customers')}
            onChange={(customers) => set({ customers })}
          />
          <TagsInput
            label="Folders"
            description="With all below them, as team/service."
            placeholder={when.paths.length === 0 ? 'Any' : ''}
            value={[...when.paths]}
            error={
              badFolder === undefined ? errorOf('paths') : 'Expected names of letters, digits, - and _ with / between'
            }
            onChange={(paths) => set({ paths })}
          />
          <TagsInput
            label="Tags"
            description="One of them is enough."
            placeholder={when.tags.length === 0 ? 'Any' : ''}
            value={[...when.tags]}
            error={errorOf('tags')}
            onChange={(tags) => set({ tags })}
          />
          <Choices
            label="Types of secrets"
            data={TYPE_CHOICES}
            value={when.types}
            nothing="Any"
            error={errorOf('types')}
            onChange={(types) => set({ types })}
          />
        </SimpleGrid>
      </Collapse>
    </Stack>
  );
}
