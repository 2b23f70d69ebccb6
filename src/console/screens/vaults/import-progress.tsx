import { Anchor, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Import } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { importQuery, isUnderWay } from '../../vault-queries.ts';
import { wordsOf } from '../../words.ts';
import { ImportItems } from './import-items.tsx';

interface Props {
  readonly id: string;
  readonly starting: boolean;
  /** Asks for the same in earnest. */
  readonly onImport: () => void;
}

/** A preview or an import: how far it is, what became of each entry. */
export function ImportProgress({ id, starting, onImport }: Props) {
  const { data, error, refetch } = useQuery(importQuery(id));
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Loading rows={2} height={32} />;
  const { counts, dryRun } = data;
  const total = counts.total;
  const done = total - counts.pending - counts.importing;
  const going = isUnderWay(data);
  return (
    <Stack gap="sm" component="section" aria-label={dryRun ? 'Preview' : 'Import'}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={600} role="status">
          {dryRun ? 'Preview' : 'Import'}: {going ? `${done} of ${total}` : summaryOf(data)}
        </Text>
        {going && <Cancel id={id} />}
      </Group>
      <Progress value={total === 0 ? 0 : (done / total) * 100} aria-label="How far it is" animated={false} />
      {counts.waiting > 0 && (
        <Anchor size="sm" renderRoot={(props) => <Link to="/inbox" search={{ show: 'mine' }} {...props} />}>
          {counts.waiting} wait for approval
        </Anchor>
      )}
      {!going && <ImportItems id={id} />}
      {!going && dryRun && counts.ready > 0 && (
        <Group>
          <Button loading={starting} onClick={onImport}>
            Import {counts.ready}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function summaryOf({ state, code, counts }: Import): string {
  const parts = Object.entries(counts)
    .filter(([name, count]) => name !== 'total' && count > 0)
    .map(([name, count]) => `${count} ${wordsOf(name).toLowerCase()}`);
  const why = code === null ? '' : ` (${wordsOf(code).toLowerCase()})`;
  return parts.length === 0 ? `${wordsOf(state)}${why}` : `${parts.join(', ')}${why}`;
}

function Cancel({ id }: { readonly id: string }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => keyferry.imports.cancel(id),
    onSettled: () => client.invalidateQueries({ queryKey: ['imports'] }),
  });
  return (
    <>
      <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        Stop
      </Button>
      {cancel.error && <Failure error={cancel.error} />}
    </>
  );
}
