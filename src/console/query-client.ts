import { QueryCache, QueryClient } from '@tanstack/react-query';
import { KeyferryError } from '../client/keyferry-error.ts';

/** Refusals of these kinds say the same when asked again. */
function isFinal(error: unknown): boolean {
  return error instanceof KeyferryError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

/** @param onSignedOut called with the place to come back to when the session is over */
export function createQueries(onSignedOut: (to: string) => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError(error) {
        const { pathname, search } = window.location;
        const signingIn = pathname.startsWith('/console/sign-in');
        if (error instanceof KeyferryError && error.status === 401 && !signingIn) onSignedOut(pathname + search);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => !isFinal(error) && failures < 5,
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
      },
      mutations: { retry: false },
    },
  });
}
