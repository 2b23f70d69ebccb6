import type { Actor } from '../access/actor.ts';
import type { Page } from '../api/lists.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, EditTransaction } from '../db.ts';
import { AppError } from '../errors.ts';
import { type DeliveryQuery, deliveryPage } from './delivery-view.ts';
import { DEFAULT_PREFERENCES, findPreferences, type Preferences, storePreferences } from './preference-store.ts';
import type { DeliveryView } from './webhook-schemas.ts';

/** What a person gets by mail; everybody's own business. A machine has no address: `forbidden`. */
export interface PreferenceService {
  get(actor: Actor): Promise<Preferences>;
  /** The actor's own mails and what became of them, newest first. */
  deliveries(actor: Actor, query: DeliveryQuery): Promise<Page<DeliveryView>>;
  update(
    actor: Actor,
    tx: EditTransaction,
    changes: { readonly [Name in keyof Preferences]?: Preferences[Name] | undefined },
  ): Promise<Preferences>;
}

export function createPreferenceService({
  db,
  keyring,
}: {
  readonly db: Db;
  readonly keyring: Keyring;
}): PreferenceService {
  return {
    async get(actor) {
      return (await findPreferences(db, [personOf(actor)])).get(actor.id) ?? DEFAULT_PREFERENCES;
    },
    async deliveries(actor, query) {
      return deliveryPage(db, { channel: 'email', id: personOf(actor) }, query);
    },
    async update(actor, tx, changes) {
      const personId = personOf(actor);
      const before = (await findPreferences(tx, [personId])).get(personId) ?? DEFAULT_PREFERENCES;
      const { reviews = before.reviews, operations = before.operations } = changes;
      const after: Preferences = { reviews, operations };
      await storePreferences(tx, actor.organizationId, personId, after);
      const event = { action: 'notification_preferences.updated', objectType: 'person', objectId: personId } as const;
      await appendAudit(tx, keyring, actor, [{ ...event, details: { ...after } }]);
      return after;
    },
  };
}

function personOf(actor: Actor): string {
  if (actor.type !== 'person') throw new AppError('forbidden', 'Only people get mail.');
  return actor.id;
}
