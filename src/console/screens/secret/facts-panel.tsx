import { Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Secret } from '../../../client/api-types.ts';
import { TYPE_LABEL } from '../../payload/payload-fields.ts';
import { profileChoicesQuery, projectsQuery } from '../../secret-queries.ts';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';

/** What is known of a secret beside its value. */
export function FactsPanel({ secret }: { readonly secret: Secret }) {
  const { data: projects } = useQuery(projectsQuery);
  const { data: profiles } = useQuery(profileChoicesQuery);
  const project = projects?.items.find(({ id }) => id === secret.projectId)?.name ?? '…';
  const source = profiles?.items.find(({ id }) => id === secret.sourceProfileId)?.name ?? '…';
  return (
    <Panel title="About it">
      <Stack gap="sm">
        <Fact name="Type">{TYPE_LABEL[secret.type]}</Fact>
        <Fact name="Project">{project}</Fact>
        <Fact name="Source">
          {source}
          <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {secret.sourcePath}
          </Text>
        </Fact>
        <Fact name="Created">
          by {secret.createdBy.name} <Time at={secret.createdAt} />
        </Fact>
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
        {secret.protected && <Fact name="Protected">Neither it nor its versions can be deleted.</Fact>}
      </Stack>
    </Panel>
  );
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
