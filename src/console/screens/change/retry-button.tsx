import { Button, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ChangeRequestDetail } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { type PayloadDraft, payloadOf } from '../../payload/payload-draft.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { fieldNamesOf, takesContent } from './change-content.ts';
import { ChangeContentForm } from './change-content-form.tsx';
import { useChangeAction } from './use-change-action.ts';
import { useChangedSecret } from './use-changed-secret.ts';

/** What was proposed was erased when the change failed, so the very same content is needed again. */
export function RetryButton({ change }: { readonly change: ChangeRequestDetail }) {
  return (
    <DialogButton label="Try again" title="Run it again" wide>
      {(close) => <Retry change={change} onDone={close} />}
    </DialogButton>
  );
}

function Retry({ change, onDone }: { readonly change: ChangeRequestDetail; readonly onDone: () => void }) {
  const type = useChangedSecret(change)?.type;
  const [content, setContent] = useState<PayloadDraft>();
  const again = takesContent(change);
  const retry = useChangeAction({
    send: (options) =>
      keyferry.changes.retry(change.id, again && content && type ? { payload: payloadOf(content, type) } : {}, options),
    done: 'It runs again.',
    onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    retry.mutate();
  };
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack>
        <Text size="sm">
          {again
            ? 'It runs under the grant it had. Its content was erased when it failed: give the very same again.'
            : 'It runs under the grant it had, which is counted anew.'}
        </Text>
        {again && type && (
          <ChangeContentForm
            type={type}
            names={fieldNamesOf(change)}
            content={content}
            onChange={setContent}
            error={retry.error}
          />
        )}
        {retry.error && <Failure error={retry.error} />}
        <Button type="submit" loading={retry.isPending} disabled={again && !content}>
          Try again
        </Button>
      </Stack>
    </form>
  );
}
