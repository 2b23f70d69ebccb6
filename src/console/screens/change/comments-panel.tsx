import { Box, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { getHotkeyHandler } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChangeComment, ChangeRequestDetail } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { useOneEffect } from '../../one-effect.ts';
import { itemsOf } from '../../pages.ts';
import { commentsQuery } from '../../queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Person } from '../../ui/person.tsx';
import { Time } from '../../ui/time.tsx';

/** What was said about the change, and room to say something. */
export function CommentsPanel({ change }: { readonly change: ChangeRequestDetail }) {
  const comments = useInfiniteQuery(commentsQuery(change.id));
  const { error } = comments;
  const said = comments.data && itemsOf(comments.data);
  return (
    <Panel title="Discussion">
      <Stack gap="md">
        {error && <Failure error={error} />}
        {!said && !error && <Loading rows={2} height={40} />}
        {said?.length === 0 && (
          <Text size="sm" c="dimmed">
            Nobody has said anything yet.
          </Text>
        )}
        {said?.map((comment) => (
          <Said key={comment.id} comment={comment} current={comment.revision === change.revision} />
        ))}
        <More of={comments} />
        <Say changeId={change.id} />
      </Stack>
    </Panel>
  );
}

function Said({ comment, current }: { readonly comment: ChangeComment; readonly current: boolean }) {
  return (
    <Box component="article">
      <Group gap="xs">
        <Person name={comment.author.name} type={comment.author.type} />
        <Text size="sm" c="dimmed">
          <Time at={comment.createdAt} />
          {!current && ` about revision ${comment.revision}`}
        </Text>
      </Group>
      <Text size="sm" pl={32} style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
        {comment.text}
      </Text>
    </Box>
  );
}

function Say({ changeId }: { readonly changeId: string }) {
  const client = useQueryClient();
  const once = useOneEffect();
  const [text, setText] = useState('');
  const say = useMutation({
    mutationFn: () => once((options) => keyferry.changes.comment(changeId, text, options)),
    onSuccess: () => setText(''),
    onSettled: () => client.invalidateQueries({ queryKey: commentsQuery(changeId).queryKey }),
  });
  const send = () => text.trim() !== '' && !say.isPending && say.mutate();
  return (
    <Stack gap="xs">
      <Textarea
        label="Comment"
        description="Never paste a value; one that is part of this change is refused."
        autosize
        minRows={2}
        readOnly={say.isPending}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={getHotkeyHandler([['mod+Enter', send]])}
      />
      {say.error && <Failure error={say.error} />}
      <Group justify="flex-end">
        <Button variant="default" disabled={text.trim() === ''} loading={say.isPending} onClick={send}>
          Send
        </Button>
      </Group>
    </Stack>
  );
}
