import { useState } from 'react';
import { type CallOptions, randomKey } from '../client/api.ts';
import { KeyferryError } from '../client/keyferry-error.ts';

/** Sends something with the options it is given: they hold its idempotency key. Rejects as `send` does. */
type Once = <T>(send: (options: CallOptions) => Promise<T>) => Promise<T>;

/**
 * A way to send what somebody submits. When the answer is lost and it is submitted again, the same idempotency key goes along,
 * so that it has one effect. What was changed in between is another request and gets a key of its own.
 */
export function oneEffect(): Once {
  let kept: string | undefined;
  const once: Once = async (send) => {
    const again = kept !== undefined;
    const idempotencyKey = kept ?? randomKey();
    kept = idempotencyKey;
    try {
      const answer = await send({ idempotencyKey });
      kept = undefined;
      return answer;
    } catch (error) {
      if (!isUnclear(error)) kept = undefined;
      if (again && error instanceof KeyferryError && error.code === 'idempotency_key_reused') return once(send);
      throw error;
    }
  };
  return once;
}

/** The same for as long as a form is on the page. */
export function useOneEffect(): Once {
  return useState(oneEffect)[0];
}

/** It may have had its effect all the same: nobody answered, or what came of a success could not be read. */
function isUnclear(error: unknown): boolean {
  if (!(error instanceof KeyferryError)) return false;
  return error.status < 400 || error.status >= 500 || error.code === 'request_in_progress';
}
