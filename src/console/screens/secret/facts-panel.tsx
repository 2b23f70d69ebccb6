import { Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Secret } from '../../../client/api-types.ts';
import { customersQuery } from '../../consumer-queries.ts';
import { TYPE_LABEL } from '../../payload/payload-fields.ts';
import { profileChoicesQuery, projectsQuery } from '../../secret-queries.ts';
import { Breakable } from '../../ui/breakable.tsx';
import { Panel } from '../../ui/panel.tsx';
import { absolute, Time } from '../../ui/time.tsx';

/** What is known of a secret beside its value. */
export function FactsPanel({ secret }: { readonly secret: Secret }) {
  const { data: projects } = useQuery(projectsQuery);
  const { data: profiles } = useQuery(profileChoicesQuery);
  const project = projects?.items.find(({ id }) => id === secret.projectId)?.name ?? '…';
  const source = profiles?.items.find(({ id }) => id === secret.sourceProfileId)?.name ?? '…';
  const customer = useCustomerName(secret);
  return (
    <Panel title="About it">
      <Stack gap="sm">
        <Fact name="Type">{TYPE_LABEL[secret.type]}</Fact>
        <Fact name="Project">{project}</Fact>
        <Fact name="Customer">{customer}</Fact>
        <Fact name="Source">
          {source}
          <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            <Breakable text={secret.sourcePath} />
          </Text>
        </Fact>
        <Fact name="Created">
          by {secret.createdBy.name} <Time at={secret.createdAt} />
        </Fact>
        {secret.expiresAt !== null && (
          <Fact name="Ends">
            {absolute(secret.expiresAt)}, then it is {secret.onExpiry === 'delete' ? 'deleted' : 'disabled'}.
          </Fact>
        )}
        {secret.tags.length > 0 && (
          <Fact name="Tags">
            <Group gap={6}>
              {secret.tags.map((tag) => (
                <Link key={tag} to="/secrets" search={{ tag }}>
                  <Badge variant="default" size="sm" tt="none">
                    {tag}
                  </Badge>
                </Link>
              ))}
            </Group>
          </Fact>
        )}
        {Object.entries(secret.attributes).map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
        {secret.writeOnly && <Fact name="Write-only">Its values are handed out to nobody.</Fact>}
        {secret.protected && <Fact name="Protected">Neither it nor its versions can be deleted.</Fact>}
      </Stack>
    </Panel>
  );
}

/** Whose it is. */
function useCustomerName({ projectId, customerId }: Secret): string {
  const { data } = useQuery(customersQuery(customerId === null ? undefined : projectId));
  if (customerId === null) return 'all of the project';
  return data?.find(({ id }) => id === customerId)?.name ?? '…';
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  );
}
