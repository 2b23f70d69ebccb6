import { Drawer, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { secretQuery, targetsQuery } from '../../queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { CopyActions } from './copy-actions.tsx';
import { CopyFacts } from './copy-facts.tsx';
import { CopyHistory } from './copy-history.tsx';

interface Props {
  /** Undefined: closed. */
  readonly secretId: string | undefined;
  readonly targetId: string | undefined;
  readonly onClose: () => void;
}

/** One copy: how it stands, what can be done, what happened to it. */
export function CopyDrawer({ secretId, targetId, onClose }: Props) {
  const opened = secretId !== undefined && targetId !== undefined;
  // The drawer shows it while it closes.
  const [shown, setShown] = useState({ secretId: '', targetId: '' });
  useEffect(() => {
    if (secretId !== undefined && targetId !== undefined) setShown({ secretId, targetId });
  }, [secretId, targetId]);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="lg"
      title="One copy"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {shown.secretId !== '' && <Body key={shown.targetId} {...shown} />}
    </Drawer>
  );
}

function Body({ secretId, targetId }: { readonly secretId: string; readonly targetId: string }) {
  const secret = useQuery(secretQuery(secretId));
  const { data, error, refetch } = useQuery(targetsQuery(secretId));
  const copy = data?.items.find(({ id }) => id === targetId);
  if (secret.error) return <Failure error={secret.error} retry={() => void secret.refetch()} />;
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!secret.data || !data) return <Loading rows={4} height={40} />;
  if (!copy) return <Text size="sm">There is no such copy any more.</Text>;
  return (
    <Stack gap="lg">
      <CopyFacts secret={secret.data} copy={copy} />
      <CopyActions secret={secret.data} copy={copy} />
      <CopyHistory targetId={targetId} />
    </Stack>
  );
}
