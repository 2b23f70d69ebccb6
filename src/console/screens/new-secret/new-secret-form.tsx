import { Button, Checkbox, Group, Stack, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import type { Project, VaultProfile } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { LASTING } from '../../payload/lifetime-draft.ts';
import { type PayloadDraft, repeatedName, startDraft } from '../../payload/payload-draft.ts';
import { PayloadForm } from '../../payload/payload-form.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Panel } from '../../ui/panel.tsx';
import { openChange, useSecretMutation } from '../../use-secret-mutation.ts';
import { IdentityFields } from './identity-fields.tsx';
import { createSecret, type NewSecret } from './new-secret.ts';
import { PlaceFields } from './place-fields.tsx';

interface Props {
  readonly projects: readonly Project[];
  readonly profiles: readonly VaultProfile[];
  /** Where to begin. */
  readonly project?: string | undefined;
  readonly path?: string | undefined;
}

export function NewSecretForm({ projects, profiles, project, path = '' }: Props) {
  const navigate = useNavigate();
  const [secret, setSecret] = useState<NewSecret>({
    project: (projects.find(({ slug }) => slug === project) ?? projects[0])?.slug ?? '',
    customer: '',
    path,
    name: '',
    type: 'basic_auth',
    description: '',
    tags: [],
    attributes: [],
    lifetime: LASTING,
    sourceProfileId: profiles[0]?.id ?? '',
    targets: [],
    onConflict: 'fail',
    comment: '',
  });
  const [content, setContent] = useState<PayloadDraft>(() => startDraft('basic_auth'));
  const [empty, setEmpty] = useState(false);
  const asDraft = useRef(false);
  const create = useSecretMutation({
    send: (options) => createSecret(secret, empty ? undefined : content, asDraft.current, options),
    done: () => (empty ? 'Made, without a version yet.' : 'Written. Copies are on their way.'),
    onAccepted: (answer) => {
      const { secretId } = answer;
      if (!openChange(answer)) void navigate({ to: '/secrets/$secretId', params: { secretId } });
    },
  });
  const change = (patch: Partial<NewSecret>) => {
    setSecret((known) => ({ ...known, ...patch }));
    if (patch.project !== undefined) setSecret((known) => ({ ...known, customer: '' }));
    if (patch.type !== undefined) setContent(startDraft(patch.type));
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { submitter } = event.nativeEvent as SubmitEvent;
    asDraft.current = submitter?.getAttribute('name') === 'draft';
    create.mutate();
  };
  const part = { secret, onChange: change, error: create.error };
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack gap="lg" maw={760}>
        <Panel title="What it is">
          <IdentityFields {...part} projects={projects} />
        </Panel>
        <Panel title="Its content">
          <Stack gap="md">
            <Checkbox
              label="No content yet"
              description="Its name and places are set; somebody writes its first version later."
              checked={empty}
              onChange={(event) => setEmpty(event.currentTarget.checked)}
            />
            {!empty && <PayloadForm type={secret.type} draft={content} onChange={setContent} error={create.error} />}
          </Stack>
        </Panel>
        <Panel title="Where it lies">
          <PlaceFields {...part} profiles={profiles} />
        </Panel>
        <Textarea
          label="Why"
          description="Reviewers and the audit trail show it. Never paste a value."
          autosize
          minRows={2}
          value={secret.comment}
          error={errorAt(create.error, '/comment')}
          onChange={(event) => change({ comment: event.currentTarget.value })}
        />
        {create.error && <Failure error={create.error} />}
        <Group>
          <Button type="submit" loading={create.isPending} disabled={!empty && repeatedName(content) !== undefined}>
            Create
          </Button>
          <Button type="submit" name="draft" variant="default" disabled={create.isPending}>
            Keep as a draft
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
