import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { profileChoicesQuery, projectsQuery } from '../../secret-queries.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { NewSecretForm } from './new-secret-form.tsx';

/** A secret with its first version and the places its copies go to, in one step. */
export function NewSecretScreen() {
  return (
    <Page title="New secret" lead="It is written to its source first; copies follow by themselves.">
      <Prepared />
    </Page>
  );
}

function Prepared() {
  const { project, path } = useSearch({ from: '/signed-in/secrets/new' });
  const { data: me } = useSuspenseQuery(meQuery);
  const projects = useQuery(projectsQuery);
  const profiles = useQuery(profileChoicesQuery);
  const error = projects.error ?? profiles.error;
  if (error) return <Failure error={error} />;
  if (!projects.data || !profiles.data) return <Loading rows={4} height={72} />;
  const open = projects.data.items.filter(({ id }) => may(me, 'secret.create', id));
  if (open.length === 0) {
    return (
      <Empty icon="key" title="No project to put it in">
        Secrets lie in projects. An administrator makes one, or gives you the right to create secrets in one.
      </Empty>
    );
  }
  if (profiles.data.items.length === 0) {
    return (
      <Empty icon="vault" title="No vault to keep it">
        Values lie in vaults, never in Keyferry itself. Add a vault and a vault profile first.
      </Empty>
    );
  }
  return <NewSecretForm projects={open} profiles={profiles.data.items} project={project} path={path} />;
}
