import type { Sql } from '../db.ts';

/** One reading of a secret by a consumer. */
export interface SecretUse {
  readonly consumerId: string;
  readonly name: string;
  /** A number, `latest` or `latest_enabled`. */
  readonly selector: string;
  /** What the selector comes out at now; null: there is none. */
  readonly version: number | null;
  readonly webhookId: string | null;
}

/** Who reads the secret, by name. */
export function usesOfSecret(db: Sql, secretId: string): Promise<SecretUse[]> {
  return db.query<SecretUse>(
    `select c.id as "consumerId", c.name, r.selector, c.webhook_id as "webhookId",
       nullif(case r.selector when 'latest' then s.head_version when 'latest_enabled' then s.latest_enabled
         else r.selector::int end, 0) as version
     from consumer_references r join consumers c on c.id = r.consumer_id join secrets s on s.id = r.secret_id
     where r.secret_id = $1::uuid order by c.name, c.id, r.selector`,
    [secretId],
  );
}
