import { useCallback, useEffect, useState } from 'react';
import type { SecretContent } from '../../../client/api-types.ts';

type Payload = SecretContent['payload'];

/** How long a value stays on the page. */
export const SHOWN_MS = 30_000;

/** A content that is on the page for a while: it goes when its time is over and when nobody looks at the page. */
export function useShownContent() {
  const [payload, setPayload] = useState<Payload>();
  const hide = useCallback(() => setPayload(undefined), []);
  useEffect(() => {
    if (payload === undefined) return;
    const timer = setTimeout(hide, SHOWN_MS);
    const leave = () => document.hidden && hide();
    document.addEventListener('visibilitychange', leave);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', leave);
    };
  }, [payload, hide]);
  return { payload, show: setPayload, hide };
}
