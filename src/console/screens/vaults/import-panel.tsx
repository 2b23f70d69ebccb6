import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { useOneEffect } from '../../one-effect.ts';
import { itemsOf } from '../../pages.ts';
import { projectsQuery } from '../../secret-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { entriesQuery } from '../../vault-queries.ts';
import { EntryList } from './entry-list.tsx';
import { ImportProgress } from './import-progress.tsx';

/** What an import is asked for: everything below a folder, or the entries that were chosen. */
interface Wish {
  readonly project: string;
  readonly entries?: readonly { readonly entry: string }[];
  readonly prefix?: string;
}

/** Looks at what lies in the vault, shows what would become of it, and makes secrets of it. */
export function ImportPanel({ profileId }: { readonly profileId: string }) {
  const [folder, setFolder] = useState('');
  const [shownFolder, setShownFolder] = useState<string>();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [project, setProject] = useState<string | null>(null);
  const [run, setRun] = useState<{ readonly id: string; readonly wish: Wish }>();
  const projects = useQuery(projectsQuery);
  const entries = useInfiniteQuery({
    ...entriesQuery(profileId, shownFolder ?? ''),
    enabled: shownFolder !== undefined,
  });
  const once = useOneEffect();
  const start = useMutation({
    mutationFn: ({ wish, dryRun }: { readonly wish: Wish; readonly dryRun: boolean }) =>
      once((options) => keyferry.profiles.import(profileId, { ...wish, dryRun }, options)),
    onSuccess: ({ id }, { wish }) => setRun({ id, wish }),
  });
  const browse = () => {
    setChosen([]);
    setRun(undefined);
    if (folder === shownFolder) void entries.refetch();
    else setShownFolder(folder);
  };
  const wished = (): Wish => ({
    project: project ?? '',
    ...(chosen.length === 0 ? { prefix: shownFolder ?? folder } : { entries: chosen.map((entry) => ({ entry })) }),
  });
  return (
    <Panel title="What lies there">
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          Entries that were there before Keyferry can become secrets where they lie. Nothing is written to the vault.
        </Text>
        <Group gap="sm" align="flex-end">
          <TextInput
            label="Folder"
            placeholder="Everything"
            value={folder}
            error={errorAt(entries.error ?? start.error, '/query/prefix') ?? errorAt(start.error, '/prefix')}
            onChange={({ currentTarget: { value } }) => setFolder(value)}
          />
          <Button variant="default" loading={entries.isFetching && !entries.isFetchingNextPage} onClick={browse}>
            Browse
          </Button>
        </Group>
        {entries.error && <Failure error={entries.error} />}
        {entries.data && shownFolder !== undefined && (
          <>
            <EntryList entries={itemsOf(entries.data)} chosen={chosen} onChoose={setChosen} />
            <More of={entries} />
            <Group gap="sm" align="flex-end">
              <Select
                label="Into the project"
                placeholder="Choose one"
                data={(projects.data?.items ?? []).map(({ slug, name }) => ({ value: slug, label: name }))}
                value={project}
                onChange={setProject}
              />
              <Button
                disabled={project === null}
                loading={start.isPending}
                onClick={() => start.mutate({ wish: wished(), dryRun: true })}
              >
                {chosen.length === 0 ? 'Preview all of it' : `Preview ${chosen.length} chosen`}
              </Button>
            </Group>
          </>
        )}
        {start.error && <Failure error={start.error} />}
        {run && (
          <ImportProgress
            id={run.id}
            onImport={() => start.mutate({ wish: run.wish, dryRun: false })}
            starting={start.isPending}
          />
        )}
      </Stack>
    </Panel>
  );
}
