import { Button, Group, Modal, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Secret } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { AttributeFields, attributeDraft, attributesOf } from '../../payload/attribute-fields.tsx';
import { lifetimeDraft, lifetimeEdit } from '../../payload/lifetime-draft.ts';
import { LifetimeFields } from '../../payload/lifetime-fields.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useSecretMutation } from '../../use-secret-mutation.ts';
import { changedParts } from './changed-parts.ts';

interface Props {
  readonly secret: Secret;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** What is said about a secret, apart from its content. */
export function DescribeDialog({ secret, opened, onClose }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Describe the secret"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Describe secret={secret} onClose={onClose} />
    </Modal>
  );
}

function Describe({ secret, onClose }: Omit<Props, 'opened'>) {
  const [description, setDescription] = useState(secret.description);
  const [tags, setTags] = useState([...secret.tags]);
  const [attributes, setAttributes] = useState(() => attributeDraft(secret.attributes));
  const [was] = useState({ ...secret, life: lifetimeDraft(secret) });
  const [lifetime, setLifetime] = useState(was.life);
  const [comment, setComment] = useState('');
  const edit = useSecretMutation({
    send: (options) => {
      const changed = changedParts(was, { description, tags, attributes: attributesOf(attributes) });
      return keyferry.secrets.edit(secret.id, { ...changed, ...lifetimeEdit(was.life, lifetime), comment }, options);
    },
    done: () => 'Saved.',
    onAccepted: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    edit.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Textarea
          label="Description"
          autosize
          minRows={2}
          data-autofocus
          value={description}
          error={errorAt(edit.error, '/description')}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <TagsInput
          label="Tags"
          description="Press Enter after each."
          value={tags}
          onChange={setTags}
          error={errorAt(edit.error, '/tags')}
        />
        <AttributeFields draft={attributes} onChange={setAttributes} error={errorAt(edit.error, '/attributes')} />
        <LifetimeFields draft={lifetime} onChange={setLifetime} error={errorAt(edit.error, '/lifetime')} />
        <TextInput
          label="Why"
          autoComplete="off"
          value={comment}
          error={errorAt(edit.error, '/comment')}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {edit.error && <Failure error={edit.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={edit.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
