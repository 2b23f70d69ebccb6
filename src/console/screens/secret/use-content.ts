import { useCallback, useEffect, useState } from 'react';
import { api } from '../../api.ts';
import type { SecretContent, Version } from '../../secret-types.ts';

type Payload = SecretContent['payload'];

/** How long a value stays on the page. */
export const SHOWN_MS = 30_000;

/** Reads a content; each reading is recorded for the audit trail before it happens. Nothing keeps the answer. */
export async function readContent(secretId: string, version: Version['version'] | 'latest_enabled'): Promise<Payload> {
  const { payload } = await api.get<SecretContent>(`/v1/secrets/${secretId}/versions/${version}/content`);
  return payload;
}

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
