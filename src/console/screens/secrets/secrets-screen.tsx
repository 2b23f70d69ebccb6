import { Button, Stack } from '@mantine/core';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { itemsOf } from '../../pages.ts';
import { meQuery } from '../../queries.ts';
import { mayAnywhere } from '../../rights.ts';
import { type SecretFilter, secretsQuery } from '../../secret-queries.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loading } from '../../ui/loading.tsx';
import { More } from '../../ui/more.tsx';
import { Page } from '../../ui/page.tsx';
import { Folders } from './folders.tsx';
import { SecretFilters } from './secret-filters.tsx';
import { SecretList } from './secret-list.tsx';
import { withFilter } from './secrets-search.ts';

/** Every secret there is to see, by folder and by what is looked for. */
export function SecretsScreen() {
  const filter = useSearch({ from: '/signed-in/secrets' });
  const navigate = useNavigate();
  const { data: me } = useSuspenseQuery(meQuery);
  const narrow = (patch: Readonly<Record<string, string | null>>) =>
    void navigate({ to: '/secrets', search: withFilter(filter, patch), replace: true });
  return (
    <Page
      title="Secrets"
      lead="What they are called, where they lie and how they stand. Values stay in the vaults."
      actions={
        mayAnywhere(me, 'secret.create') && (
          <Button leftSection={<Icon name="plus" />} renderRoot={(props) => <Link to="/secrets/new" {...props} />}>
            New secret
          </Button>
        )
      }
    >
      <SecretFilters filter={filter} onChange={narrow} />
      <Listed filter={filter} />
    </Page>
  );
}

function Listed({ filter }: { readonly filter: SecretFilter }) {
  const read = useInfiniteQuery(secretsQuery(filter));
  const { data, error, refetch, hasNextPage } = read;
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading height={64} />;
  const secrets = itemsOf(data);
  return (
    <Stack gap="sm">
      <Folders filter={filter} listed={{ paths: secrets.map(({ path }) => path), complete: !hasNextPage }} />
      {secrets.length === 0 ? <Nothing filter={filter} /> : <SecretList secrets={secrets} here={filter.path ?? ''} />}
      <More of={read} />
    </Stack>
  );
}

function Nothing({ filter }: { readonly filter: SecretFilter }) {
  if (Object.keys(filter).length > 0) {
    return (
      <Empty icon="key" title="Nothing fits">
        No secret is called so or lies there. Deleted and rejected ones are shown when you ask for that state.
      </Empty>
    );
  }
  return (
    <Empty icon="key" title="No secret yet">
      A secret is written once, to a vault of yours; reviewers agree, and copies go to every other vault that needs it.
    </Empty>
  );
}
