import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApprovalProfile, Eligibility } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { eligibilityQuery } from '../../policy-queries.ts';
import { Panel } from '../../ui/panel.tsx';
import { EligibilityPanel } from './eligibility-panel.tsx';
import styles from './policies.module.css';
import { missingIn, newRule, type PolicyDraft, type RuleDraft, replaced, rulesOf, startDraft } from './policy-draft.ts';
import { ReplayPanel } from './replay-panel.tsx';
import { RuleEditor } from './rule-editor.tsx';
import { SaveButtons } from './save-buttons.tsx';
import { useDirectory } from './use-directory.ts';
import { useSavePolicy } from './use-save-policy.ts';

/** How long somebody types before it is asked who could decide. */
const PAUSE_MS = 250;

/** A policy being written: its rules, who could decide under them now, and what they would have done so far. */
export function PolicyEditor({ profile }: { readonly profile: ApprovalProfile | undefined }) {
  // What the draft was begun from: what comes in meanwhile must not take it away.
  const [base, setBase] = useState(profile);
  const [draft, setDraft] = useState(() => startDraft(profile));
  const startFrom = (from: ApprovalProfile | undefined) => {
    setBase(from);
    setDraft(startDraft(from));
  };
  const save = useSavePolicy(base, startFrom);
  const [requesterId, setRequesterId] = useState<string | null>(null);
  const [asked] = useDebouncedValue(draft.rules, PAUSE_MS);
  const missing = missingIn(draft.rules);
  const enabled = missingIn(asked) === undefined;
  const eligibility = useQuery({ ...eligibilityQuery(rulesOf({ rules: asked }), requesterId), enabled });
  const known = enabled && missing === undefined ? eligibility.data : undefined;
  return (
    <>
      {profile && base && profile.version > base.version && (
        <Alert variant="default" title="Changed meanwhile">
          <Group justify="space-between">
            This is version {base.version}; version {profile.version} is there by now.
            <Button size="xs" variant="default" onClick={() => startFrom(profile)}>
              Begin with version {profile.version}
            </Button>
          </Group>
        </Alert>
      )}
      <div className={styles.columns}>
        <Rules draft={draft} onChange={setDraft} eligibility={known} error={save.error} />
        <Stack className={styles.side}>
          <EligibilityPanel
            eligibility={known}
            error={eligibility.error}
            missing={missing}
            requesterId={requesterId}
            onRequester={setRequesterId}
          />
          <SaveButtons draft={draft} base={base} save={save} missing={missing} onDiscard={() => startFrom(base)} />
        </Stack>
      </div>
      <ReplayPanel rules={rulesOf(draft)} profileId={base?.id} missing={missing} />
    </>
  );
}

interface RulesProps {
  readonly draft: PolicyDraft;
  readonly onChange: (draft: PolicyDraft) => void;
  readonly eligibility: Eligibility | undefined;
  readonly error: unknown;
}

function Rules({ draft, onChange, eligibility, error }: RulesProps) {
  const directory = useDirectory();
  const { rules } = draft;
  const setRules = (changed: readonly RuleDraft[]) => onChange({ ...draft, rules: changed });
  return (
    <Stack gap="lg">
      <Panel title="What it is called">
        <TextInput
          label="Name"
          required
          autoComplete="off"
          value={draft.name}
          error={errorAt(error, '/name')}
          onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
        />
      </Panel>
      {rules.map((rule, at) => (
        <RuleEditor
          key={rule.key}
          rule={rule}
          place={at + 1}
          directory={directory}
          eligible={eligibility?.rules[at]}
          errorAt={(pointer) => errorAt(error, `/rules/${at}${pointer}`)}
          onChange={(changed) => setRules(replaced(rules, rule.key, changed))}
          onRemove={rules.length > 1 ? () => setRules(replaced(rules, rule.key, undefined)) : undefined}
        />
      ))}
      <Group>
        <Button variant="default" onClick={() => setRules([...rules, newRule(`Rule ${rules.length + 1}`)])}>
          Add a rule
        </Button>
      </Group>
    </Stack>
  );
}
