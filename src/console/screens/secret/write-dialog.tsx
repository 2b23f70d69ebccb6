import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Me, Secret, SecretVersion } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { type PayloadDraft, payloadOf, repeatedName, startDraft } from '../../payload/payload-draft.ts';
import { PayloadForm } from '../../payload/payload-form.tsx';
import { may } from '../../rights.ts';
import { latestVersionQuery } from '../../secret-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { useSecretMutation } from '../../use-secret-mutation.ts';
import { mayBeRead } from './compared-contents.ts';
import { StartFromCurrent } from './start-from-current.tsx';
import { WriteReach } from './write-reach.tsx';

interface Props {
  readonly secret: Secret;
  readonly me: Me;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Writes a new version. */
export function WriteDialog({ secret, me, opened, onClose }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Write a new version"
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Prepared secret={secret} me={me} onClose={onClose} />
    </Modal>
  );
}

function Prepared({ secret: current, me, onClose }: Omit<Props, 'opened'>) {
  // The page goes on showing the newest version; what is written is begun from this one, and stays when that moves on.
  const [secret] = useState(current);
  const { data, isLoading } = useQuery(latestVersionQuery(secret));
  if (isLoading) return <Loading rows={2} />;
  return <Write secret={secret} me={me} newest={data} onClose={onClose} />;
}

interface WriteProps extends Omit<Props, 'opened'> {
  /** The newest enabled version, if there is one. */
  readonly newest: SecretVersion | undefined;
}

function Write({ secret, me, newest, onClose }: WriteProps) {
  const { id, type, latestVersion, projectId } = secret;
  const [content, setContent] = useState<PayloadDraft>(() => startDraft(type, newest?.fieldNames ?? []));
  const [versionDescription, setDescription] = useState('');
  const [comment, setComment] = useState('');
  const write = useSecretMutation({
    send: (options) => {
      const said = { versionDescription, comment, expectedVersion: latestVersion ?? 0 };
      return keyferry.secrets.addVersion(id, { payload: payloadOf(content, type), ...said }, options);
    },
    done: ({ unchanged, version }) =>
      unchanged ? 'It holds this content already; nothing was written.' : `Written as version ${version?.version}.`,
    onAccepted: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    write.mutate();
  };
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack gap="md">
        {newest !== undefined && mayBeRead(newest) && may(me, 'secret.read_value', projectId) && (
          <StartFromCurrent secret={secret} version={newest.version} onRead={setContent} />
        )}
        <PayloadForm type={type} draft={content} onChange={setContent} error={write.error} />
        <TextInput
          label="About this version"
          autoComplete="off"
          value={versionDescription}
          error={errorAt(write.error, '/versionDescription')}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Textarea
          label="Why"
          description="Reviewers and the audit trail show it. Never paste a value."
          autosize
          minRows={2}
          value={comment}
          error={errorAt(write.error, '/comment')}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <WriteReach secretId={id} />
        {write.error && <Failure error={write.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={write.isPending} disabled={repeatedName(content) !== undefined}>
            Write
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
