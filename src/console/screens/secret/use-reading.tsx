import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Secret, SecretContent } from '../../../client/api-types.ts';
import type { VersionSelector } from '../../../client/groups/secrets.ts';
import { KeyferryError } from '../../../client/keyferry-error.ts';
import { keyferry } from '../../keyferry.ts';
import { projectsQuery } from '../../secret-queries.ts';
import { ReasonDialog } from './reason-dialog.tsx';

type Payload = SecretContent['payload'];

/** What is done with contents. `read` reads one; each reading is recorded before it happens. Nothing keeps the answer. */
type Use = (read: (version: VersionSelector) => Promise<Payload>) => unknown;

interface Reading {
  /** Begins; where the project asks for a reason, once that is given. */
  readonly begin: (use: Use) => void;
  readonly busy: boolean;
  readonly error: unknown;
  /** The dialog that asks for the reason: to be drawn somewhere. */
  readonly dialog: ReactNode;
}

/** Reads values of a secret, behind a reason where its project wants one. */
export function useReading({ id, projectId }: Pick<Secret, 'id' | 'projectId'>): Reading {
  const { data: projects } = useQuery(projectsQuery);
  const [asked, setAsked] = useState<Use>();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const project = projects?.items.find((each) => each.id === projectId);

  const run = async (use: Use, said: string | undefined) => {
    setError(undefined);
    setBusy(true);
    try {
      await use(async (version) => {
        const options = said === undefined ? {} : { reason: said };
        return (await keyferry.secrets.content(id, version, options)).payload;
      });
    } catch (refused) {
      // The project began to ask for it since the page was opened.
      if (refused instanceof KeyferryError && refused.code === 'reason_required') setAsked(() => use);
      else setError(refused);
    } finally {
      setBusy(false);
    }
  };

  const begin = (use: Use) => {
    if (project?.revealReason === 'required') setAsked(() => use);
    else void run(use, undefined);
  };
  const give = (said: string) => {
    setReason(said);
    setAsked(undefined);
    if (asked !== undefined) void run(asked, said);
  };
  const close = () => setAsked(undefined);
  const dialog = <ReasonDialog opened={asked !== undefined} last={reason} onGive={give} onClose={close} />;
  return { begin, busy, error, dialog };
}
