import { Group, Switch, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { Token } from '../../../client/api-types.ts';
import { type TokenOwner, tokensQuery } from '../../access-queries.ts';
import { keyferry } from '../../keyferry.ts';
import { meQuery } from '../../queries.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { NewToken } from './new-token.tsx';
import { isLive, tokenState } from './token-state.ts';

interface Props {
  readonly owner: TokenOwner;
  /** Whether the one who looks can make one. */
  readonly mayMake: boolean;
  readonly own?: boolean;
}

/** Tokens without the tokens themselves. */
export function TokensPanel({ owner, mayMake, own = false }: Props) {
  const { data, error, refetch } = useQuery(tokensQuery(owner));
  const [all, { toggle }] = useDisclosure();
  const now = Date.now();
  const live = (data ?? []).filter((token) => isLive(token, now));
  const shown = all ? (data ?? []) : live;
  // Somebody else's further tokens are made by that one alone.
  const first = own || !('userId' in owner) || live.length === 0;
  return (
    <Panel
      title="Tokens"
      aside={
        <Group gap="md">
          <Switch size="xs" label="Also those that work no more" checked={all} onChange={toggle} />
          {mayMake && (
            <DialogButton label="Make a token" title="Make a token" size="xs" stays hidden={!data || !first}>
              {(close) => <NewToken owner={owner} own={own} onDone={close} />}
            </DialogButton>
          )}
        </Group>
      }
    >
      {mayMake && data && !first && (
        <Text size="sm" c="dimmed">
          Further ones are made by the person alone. Who has lost it gets another once this one is revoked.
        </Text>
      )}
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={2} height={32} />)}
      {data && shown.length === 0 && (
        <Text size="sm" c="dimmed">
          {own ? 'You have none: programs that act for you need one.' : 'There is none that works.'}
        </Text>
      )}
      {shown.length > 0 && (
        <WideTable label="List of tokens" minWidth={560}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Made</Table.Th>
              <Table.Th>Ends</Table.Th>
              <Table.Th aria-label="Action" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((token) => (
              <Row key={token.id} token={token} now={now} />
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </Panel>
  );
}

function Row({ token, now }: { readonly token: Token; readonly now: number }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { id, name, createdAt, expiresAt } = token;
  const { tone, label } = tokenState(token, now);
  const here = me.tokenId === id;
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        <Status tone={tone} label={label} />
      </Table.Td>
      <Table.Td>
        <Time at={createdAt} />
      </Table.Td>
      <Table.Td>{expiresAt === null ? 'Never' : <Time at={expiresAt} />}</Table.Td>
      <Table.Td ta="right">
        {isLive(token, now) && (
          <ConfirmButton
            label="Revoke"
            name={`Revoke ${name}`}
            title={`Revoke ${name}?`}
            says={`Whoever uses it is refused from the next request on, and sessions that it opened end. ${
              here ? 'You came in with this one: you will have to sign in with another.' : ''
            }`}
            send={(options) => keyferry.tokens.revoke(id, options)}
            done="The token is revoked."
            danger
            small
          />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
