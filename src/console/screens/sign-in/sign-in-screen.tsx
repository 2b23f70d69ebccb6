import { Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { KeyferryError } from '../../../client/keyferry-error.ts';
import mark from '../../keyferry.svg';
import { keyferry } from '../../keyferry.ts';
import { safePlace } from './safe-place.ts';

/** Exchanges a token for a session. The token leaves this page once and is kept nowhere in it. */
export function SignInScreen() {
  useDocumentTitle('Sign in · Keyferry');
  const { to } = useSearch({ from: '/sign-in' });
  const [token, setToken] = useState('');
  const signIn = useMutation({
    mutationFn: () => keyferry.sessions.begin({ token: token.trim() }),
    // A fresh page: nothing of whoever was here before stays in memory.
    onSuccess: () => window.location.assign(safePlace(to, window.location.origin)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== '') signIn.mutate();
  };
  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={400}>
        <form onSubmit={submit}>
          <Stack gap="md">
            <img src={mark} alt="" width={44} height={44} />
            <div>
              <Title order={1} size="h2">
                Sign in to Keyferry
              </Title>
              <Text c="dimmed" size="sm" mt={4}>
                With your API token. It is exchanged for a session of this browser and not kept.
              </Text>
            </div>
            <PasswordInput
              label="API token"
              placeholder="kf_…"
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              autoFocus
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
              error={signIn.error && messageOf(signIn.error)}
            />
            <Button type="submit" loading={signIn.isPending || signIn.isSuccess} fullWidth>
              Sign in
            </Button>
            <Text c="dimmed" size="xs">
              No token yet? An administrator makes the first one for you. Lost it? Ask for it to be revoked and
              replaced.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

function messageOf(error: Error): string {
  if (error instanceof KeyferryError && error.code === 'unauthenticated') {
    return 'This token opens nothing: it is mistyped, expired or revoked.';
  }
  return error.message;
}
