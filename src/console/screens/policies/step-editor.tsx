import { ActionIcon, Group, NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { Eligibility } from '../../../client/api-types.ts';
import { Icon } from '../../ui/icon.tsx';
import { Choices } from './choices.tsx';
import styles from './policies.module.css';
import type { StepDraft } from './policy-draft.ts';
import type { Role } from './policy-words.ts';
import { ROLE_CHOICES } from './role-choices.ts';
import { StepDeciders } from './step-deciders.tsx';
import type { Directory } from './use-directory.ts';

interface Props {
  readonly step: StepDraft;
  /** From 1. */
  readonly place: number;
  readonly directory: Directory;
  /** Undefined while nobody knows who could decide. */
  readonly eligible: Eligibility['rules'][number]['steps'][number] | undefined;
  readonly onChange: (step: StepDraft) => void;
  readonly onMove: (by: -1 | 1) => void;
  /** Undefined: it is the only one. */
  readonly onRemove: (() => void) | undefined;
  /** At a pointer within the step. */
  readonly errorAt: (pointer: string) => string | undefined;
}

/** One step: who may decide, how many must agree, and who that is at present. */
export function StepEditor({ step, place, directory, eligible, onChange, onMove, onRemove, errorAt }: Props) {
  const { approvers } = step;
  const name = (patch: Partial<StepDraft['approvers']>) => onChange({ ...step, approvers: { ...approvers, ...patch } });
  const label = step.name.trim() || `Step ${place}`;
  return (
    <fieldset className={styles.step} aria-label={`Step ${place}`}>
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <TextInput
            label="Step"
            style={{ flex: '1 1 10rem' }}
            autoComplete="off"
            value={step.name}
            error={errorAt('/name')}
            onChange={(event) => onChange({ ...step, name: event.currentTarget.value })}
          />
          <NumberInput
            label="Approvals"
            w={96}
            min={1}
            max={20}
            allowDecimal={false}
            clampBehavior="strict"
            value={step.required}
            onChange={(value) => typeof value === 'number' && onChange({ ...step, required: value })}
          />
          <Group gap={2} wrap="nowrap" mb={4}>
            <ActionIcon variant="subtle" color="gray" aria-label={`Move ${label} up`} onClick={() => onMove(-1)}>
              <Icon name="up" size={16} />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" aria-label={`Move ${label} down`} onClick={() => onMove(1)}>
              <Icon name="down" size={16} />
            </ActionIcon>
            {onRemove && (
              <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${label}`} onClick={onRemove}>
                <Icon name="cross" size={16} />
              </ActionIcon>
            )}
          </Group>
        </Group>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Choices
            label="People"
            data={[...directory.users]}
            value={approvers.users}
            nothing="Nobody by name"
            error={errorAt('/approvers/users')}
            onChange={(users) => name({ users })}
          />
          <Choices
            label="Groups"
            data={[...directory.groups]}
            value={approvers.groups}
            nothing="No group"
            error={errorAt('/approvers/groups')}
            onChange={(groups) => name({ groups })}
          />
          <Choices
            label="Roles"
            data={ROLE_CHOICES}
            value={approvers.roles}
            nothing="No role"
            error={errorAt('/approvers/roles')}
            onChange={(roles) => name({ roles: roles as Role[] })}
          />
        </SimpleGrid>
        <StepDeciders eligible={eligible} error={errorAt('/required')} />
      </Stack>
    </fieldset>
  );
}
