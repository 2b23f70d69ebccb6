import { Button, Group, NativeSelect, NumberInput, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core';
import type { Eligibility } from '../../../client/api-types.ts';
import { Panel } from '../../ui/panel.tsx';
import { ConditionsEditor } from './conditions-editor.tsx';
import { isCheckName, moved, newStep, type RuleDraft, replaced } from './policy-draft.ts';
import { StepEditor } from './step-editor.tsx';
import type { Directory } from './use-directory.ts';

interface Props {
  readonly rule: RuleDraft;
  /** From 1. */
  readonly place: number;
  readonly directory: Directory;
  readonly eligible: Eligibility['rules'][number] | undefined;
  readonly onChange: (rule: RuleDraft) => void;
  /** Undefined: it is the only one. */
  readonly onRemove: (() => void) | undefined;
  /** At a pointer within the rule. */
  readonly errorAt: (pointer: string) => string | undefined;
}

/** One rule: when it is asked, who decides in which order, and what else must be. */
export function RuleEditor({ rule, place, directory, eligible, onChange, onRemove, errorAt }: Props) {
  const { steps } = rule;
  return (
    <Panel
      title={`Rule ${place}`}
      aside={
        onRemove && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            onClick={onRemove}
            aria-label={`Remove rule ${place}`}
          >
            Remove
          </Button>
        )
      }
    >
      <Stack gap="md">
        <TextInput
          label="Name of the rule"
          required
          autoComplete="off"
          value={rule.name}
          error={errorAt('/name')}
          onChange={(event) => onChange({ ...rule, name: event.currentTarget.value })}
        />
        <ConditionsEditor
          when={rule.when}
          directory={directory}
          errorOf={(list) => errorAt(`/when/${list}`)}
          onChange={(when) => onChange({ ...rule, when })}
        />
        {steps.map((step, at) => (
          <StepEditor
            key={step.key}
            step={step}
            place={at + 1}
            directory={directory}
            eligible={eligible?.steps[at]}
            errorAt={(pointer) => errorAt(`/steps/${at}${pointer}`)}
            onChange={(changed) => onChange({ ...rule, steps: replaced(steps, step.key, changed) })}
            onMove={(by) => onChange({ ...rule, steps: moved(steps, step.key, by) })}
            onRemove={
              steps.length > 1 ? () => onChange({ ...rule, steps: replaced(steps, step.key, undefined) }) : undefined
            }
          />
        ))}
        <Group>
          <Button
            variant="default"
            size="xs"
            onClick={() => onChange({ ...rule, steps: [...steps, newStep(`Step ${steps.length + 1}`)] })}
          >
            Add a step
          </Button>
        </Group>
        <Further rule={rule} onChange={onChange} errorAt={errorAt} />
      </Stack>
    </Panel>
  );
}

function Further({ rule, onChange, errorAt }: Pick<Props, 'rule' | 'onChange' | 'errorAt'>) {
  const badCheck = rule.requiredChecks.some((name) => !isCheckName(name));
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <NativeSelect
        label="Order of the steps"
        data={[
          { value: 'sequential', label: 'One after the other' },
          { value: 'any', label: 'In any order' },
        ]}
        value={rule.order}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...rule, order: value === 'any' ? 'any' : 'sequential' })
        }
      />
      <TagsInput
        label="Checks that must be ok"
        placeholder={rule.requiredChecks.length === 0 ? 'None' : ''}
        value={[...rule.requiredChecks]}
        error={badCheck ? 'Expected 2 to 64 letters, digits, spaces or . _ / -' : errorAt('/requiredChecks')}
        onChange={(requiredChecks) => onChange({ ...rule, requiredChecks })}
      />
      <NumberInput
        label="Expires after hours"
        min={1}
        max={720}
        allowDecimal={false}
        clampBehavior="strict"
        value={rule.expiresAfterHours}
        onChange={(value) => typeof value === 'number' && onChange({ ...rule, expiresAfterHours: value })}
      />
    </SimpleGrid>
  );
}
