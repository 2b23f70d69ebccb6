import { Alert, Anchor, Box, SimpleGrid } from '@mantine/core';
import { useInfiniteQuery, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Secret } from '../../../client/api-types.ts';
import { itemsOf } from '../../pages.ts';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { secretChangesQuery, secretDetailQuery } from '../../secret-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loading } from '../../ui/loading.tsx';
import { More } from '../../ui/more.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { absolute } from '../../ui/time.tsx';
import { fullName, stateOf } from '../../words.ts';
import styles from '../change/change-screen.module.css';
import { ChangeList } from '../inbox/change-list.tsx';
import { ConsumersPanel } from './consumers-panel.tsx';
import { CopiesPanel } from './copies-panel.tsx';
import { FactsPanel } from './facts-panel.tsx';
import { SecretActions } from './secret-actions.tsx';
import { ValuePanel } from './value-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';

/** One secret: what is known of it, its versions, its copies, and its value for whoever may read it. */
export function SecretScreen() {
  const { secretId } = useParams({ from: '/signed-in/secrets/$secretId' });
  const { data, error, refetch } = useQuery(secretDetailQuery(secretId));
  if (data) return <SecretPage key={data.id} secret={data} />;
  return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={4} height={140} />;
}

function SecretPage({ secret }: { readonly secret: Secret }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const state = stateOf(secret);
  const readable = may(me, 'secret.read_value', secret.projectId);
  return (
    <>
      <Box maw={1200} mx="auto" mb="xs">
        <Link to="/secrets" search={secret.path === '' ? {} : { path: secret.path }} className={styles.back}>
          <Icon name="back" size={16} /> Secrets
        </Link>
      </Box>
      <Page
        title={fullName(secret)}
        lead={secret.description === '' ? undefined : secret.description}
        actions={<Status tone={state.tone} label={state.label} />}
      >
        <Notes secret={secret} />
        <div className={styles.columns}>
          <div className={styles.main}>
            {readable && secret.latestVersion !== null && <ValuePanel secret={secret} />}
            <VersionsPanel secret={secret} me={me} />
            <CopiesPanel secret={secret} />
            <ConsumersPanel secretId={secret.id} />
            <ChangesPanel secret={secret} />
          </div>
          <div className={styles.side}>
            <SecretActions secret={secret} me={me} />
            <FactsPanel secret={secret} />
          </div>
        </div>
      </Page>
    </>
  );
}

/** What whoever comes here should know first. */
function Notes({ secret }: { readonly secret: Secret }) {
  const { pendingChangeId, state, destroyAfter } = secret;
  return (
    <>
      {pendingChangeId !== null && (
        <Alert variant="default" icon={<Icon name="clock" />} title="A change of it waits">
          <Anchor
            renderRoot={(props) => <Link to="/changes/$changeId" params={{ changeId: pendingChangeId }} {...props} />}
          >
            See what would change and who decides
          </Anchor>
        </Alert>
      )}
      {state === 'deleted' && (
        <Alert variant="default" icon={<Icon name="info" />} title="It is deleted">
          {destroyAfter === null ? 'It can be restored.' : `It can be restored until ${absolute(destroyAfter)}.`}
        </Alert>
      )}
    </>
  );
}

function ChangesPanel({ secret }: { readonly secret: Secret }) {
  const changes = useInfiniteQuery(secretChangesQuery(secret.id));
  const { data, error } = changes;
  return (
    <Panel title="Latest changes">
      {error && <Failure error={error} />}
      {!data && !error && <Loading rows={2} />}
      {data && (
        <SimpleGrid cols={1}>
          <ChangeList changes={itemsOf(data)} view="all" />
        </SimpleGrid>
      )}
      <More of={changes} />
    </Panel>
  );
}
