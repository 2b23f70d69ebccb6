import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Me } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { may } from '../../rights.ts';
import { projectsQuery } from '../../secret-queries.ts';
import { refreshSync, syncQuery } from '../../sync-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Status } from '../../ui/status.tsx';

/** Holding copies back: of one project, or everything. Profiles are paused on their own screens. */
export function PauseButton({ me }: { readonly me: Me }) {
  const [opened, { open, close }] = useDisclosure();
  const { data: sync } = useQuery(syncQuery);
  const { data: projects } = useQuery(projectsQuery);
  const mine = (projects?.items ?? []).filter(({ id }) => may(me, 'project.administer', id));
  const all = may(me, 'installation.administer', null);
  if (!all && mine.length === 0) return null;
  return (
    <>
      <Button variant="default" onClick={open}>
        Pause or resume
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title="Pause or resume copies"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="md">
          <Text size="sm">
            While paused, what is under way ends and nothing new starts. What is due waits and goes on at its newest
            version. Reading and writing at the source go on.
          </Text>
          {all && (
            <Hold
              name="Everything"
              paused={(sync?.pausedAt ?? null) !== null}
              send={(paused) => (paused ? keyferry.sync.pause() : keyferry.sync.resume())}
            />
          )}
          {mine.map(({ id, name, pausedAt }) => (
            <Hold
              key={id}
              name={`Project ${name}`}
              paused={pausedAt !== null}
              send={(paused) => (paused ? keyferry.projects.pause(id) : keyferry.projects.resume(id))}
            />
          ))}
        </Stack>
      </Modal>
    </>
  );
}

interface HoldProps {
  readonly name: string;
  readonly paused: boolean;
  readonly send: (paused: boolean) => Promise<unknown>;
}

function Hold({ name, paused, send }: HoldProps) {
  const client = useQueryClient();
  const verb = paused ? 'Resume' : 'Pause';
  const hold = useMutation({
    mutationFn: () => send(!paused),
    onSuccess: () => notifications.show({ message: `${name}: ${paused ? 'resumed' : 'paused'}.`, withBorder: true }),
    onSettled: () => Promise.all([refreshSync(client), client.invalidateQueries({ queryKey: ['projects'] })]),
  });
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Group gap="sm" wrap="nowrap">
          <Status tone={paused ? 'quiet' : 'good'} label={paused ? 'Paused' : 'Running'} />
          <Button
            size="compact-sm"
            variant="default"
            loading={hold.isPending}
            aria-label={`${verb} ${name}`}
            onClick={() => hold.mutate()}
          >
            {verb}
          </Button>
        </Group>
      </Group>
      {hold.error && <Failure error={hold.error} />}
    </Stack>
  );
}
