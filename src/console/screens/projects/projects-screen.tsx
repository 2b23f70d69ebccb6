import { Anchor, Badge, Button, Group, Paper, Table, Text } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Me, Project } from '../../../client/api-types.ts';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { projectsQuery } from '../../secret-queries.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { CustomersDialog } from './customers-dialog.tsx';
import { ProjectDialog } from './project-dialog.tsx';

/** Which project is open in the dialog; `new`: one that is to be made. */
type Open = Project | 'new' | undefined;

/** The places that hold secrets, and what holds for all secrets of each. */
export function ProjectsScreen() {
  const { data: me } = useSuspenseQuery(meQuery);
  const [open, setOpen] = useState<Open>();
  const [customersOf, setCustomersOf] = useState<Project>();
  return (
    <Page
      title="Projects"
      lead="Places that hold secrets, and what holds for all secrets of each."
      actions={may(me, 'project.administer', null) && <Button onClick={() => setOpen('new')}>New project</Button>}
    >
      <Listed me={me} onEdit={setOpen} onCustomers={setCustomersOf} />
      <ProjectDialog open={open} onClose={() => setOpen(undefined)} />
      <CustomersDialog project={customersOf} onClose={() => setCustomersOf(undefined)} />
    </Page>
  );
}

interface ListProps {
  readonly me: Me;
  readonly onEdit: (project: Project) => void;
  readonly onCustomers: (project: Project) => void;
}

function Listed({ me, onEdit, onCustomers }: ListProps) {
  const { data, error, refetch } = useQuery(projectsQuery);
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Loading rows={3} />;
  if (data.items.length === 0) {
    return (
      <Empty icon="folder" title="No project yet">
        Secrets lie in projects. An administrator makes the first one.
      </Empty>
    );
  }
  return (
    <Paper withBorder px="md" py="xs">
      <WideTable label="Projects" minWidth={520}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Project</Table.Th>
            <Table.Th>What holds there</Table.Th>
            <Table.Th>
              <Text span size="sm" fw={700}>
                Actions
              </Text>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.items.map((project) => (
            <Table.Tr key={project.id}>
              <Table.Th scope="row">
                <Anchor
                  inherit
                  renderRoot={(props) => <Link to="/secrets" search={{ project: project.slug }} {...props} />}
                >
                  {project.name}
                </Anchor>
                <Text size="xs" c="dimmed" fw={400}>
                  {project.slug}
                  {project.description !== '' && ` · ${project.description}`}
                </Text>
              </Table.Th>
              <Table.Td>
                <Rules project={project} />
              </Table.Td>
              <Table.Td>
                {may(me, 'project.administer', project.id) && (
                  <Group gap="xs">
                    <RowButton
                      label="Customers"
                      name={`Customers of ${project.name}`}
                      onClick={() => onCustomers(project)}
                    />
                    <RowButton label="Edit" name={`Edit ${project.name}`} onClick={() => onEdit(project)} />
                  </Group>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Paper>
  );
}

interface RowButtonProps {
  readonly label: string;
  /** The same for those who hear it: which project. */
  readonly name: string;
  readonly onClick: () => void;
}

function RowButton({ label, name, onClick }: RowButtonProps) {
  return (
    <Button size="compact-sm" variant="default" aria-label={name} onClick={onClick}>
      {label}
    </Button>
  );
}

function Rules({ project }: { readonly project: Project }) {
  const { pausedAt, writeOnly, revealReason, plainIdentifiers, maxSecrets, maxVersions } = project;
  const rules = [
    pausedAt !== null && 'Copies paused',
    writeOnly && 'Write-only',
    revealReason === 'required' && 'Reading needs a reason',
    plainIdentifiers && 'Plain names',
    maxSecrets !== null && `At most ${maxSecrets} secrets`,
    maxVersions !== null && `At most ${maxVersions} versions each`,
  ].filter((rule) => rule !== false);
  if (rules.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing in particular
      </Text>
    );
  }
  return (
    <Group gap={6}>
      {rules.map((rule) => (
        <Badge key={rule} variant="default" tt="none">
          {rule}
        </Badge>
      ))}
    </Group>
  );
}
