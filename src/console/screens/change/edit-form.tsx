import { Button, Checkbox, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ChangeRequestDetail } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { type PayloadDraft, payloadOf, repeatedName } from '../../payload/payload-draft.ts';
import type { SecretType } from '../../payload/payload-fields.ts';
import { Failure } from '../../ui/failure.tsx';
import { contentErased, fieldNamesOf, takesContent } from './change-content.ts';
import { ChangeContentForm } from './change-content-form.tsx';
import { useChangeAction } from './use-change-action.ts';

/** `rebase`: also after a conflict, onto the secret as it is now. */
export type Revising = 'edit' | 'rebase';

interface Props {
  readonly change: ChangeRequestDetail;
  readonly way: Revising;
  readonly type: SecretType;
  readonly onDone: () => void;
}

export function EditForm({ change, way, type, onDone }: Props) {
  const erased = contentErased(change);
  const takes = takesContent(change);
  const [replace, setReplace] = useState(erased);
  const [content, setContent] = useState<PayloadDraft>();
  const [comment, setComment] = useState(change.comment);
  const gives = takes && replace;
  const edit = useChangeAction({
    send: (options) => {
      const payload = gives && content ? payloadOf(content, type) : undefined;
      return keyferry.changes[way](change.id, { comment, payload, expectedRevision: change.revision }, options);
    },
    done: change.state === 'draft' ? 'The draft is changed.' : 'A new revision waits.',
    onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    edit.mutate();
  };
  const unready = gives && (content === undefined || repeatedName(content) !== undefined);
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack gap="md">
        <Text size="sm">
          It becomes revision {change.revision + 1}. Votes on earlier ones no longer count, and you will not decide on
          it.
        </Text>
        {takes && erased && <Text size="sm">What was proposed was erased when it ended: give the content again.</Text>}
        {takes && !erased && (
          <Checkbox
            label="Replace the content"
            checked={replace}
            onChange={(event) => setReplace(event.currentTarget.checked)}
          />
        )}
        {gives && (
          <ChangeContentForm
            type={type}
            names={fieldNamesOf(change)}
            content={content}
            onChange={setContent}
            error={edit.error}
          />
        )}
        <Textarea
          label="Why"
          description="Reviewers and the audit trail show it. Never paste a value."
          autosize
          minRows={2}
          value={comment}
          error={errorAt(edit.error, '/comment')}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {edit.error && <Failure error={edit.error} />}
        <Button type="submit" loading={edit.isPending} disabled={unready}>
          {change.state === 'draft' ? 'Save the draft' : 'Ask for this revision'}
        </Button>
      </Stack>
    </form>
  );
}
