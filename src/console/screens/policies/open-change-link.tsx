import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { KeyferryError } from '../../../client/keyferry-error.ts';

/** The way to the change that is in the way, when that is what went wrong. */
export function OpenChangeLink({ error }: { readonly error: unknown }) {
  const changeId = error instanceof KeyferryError ? error.facts.changeRequestId : undefined;
  if (typeof changeId !== 'string') return null;
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/changes/$changeId" params={{ changeId }} {...props} />}>
      Open the change that waits
    </Anchor>
  );
}
