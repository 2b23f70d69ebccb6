import { type Api, type Body, type CallOptions, createApi, type KeyferryOptions } from './api.ts';
import {
  groupsGroup,
  machinesGroup,
  organizationsGroup,
  peopleGroup,
  projectsGroup,
  rolesGroup,
  sessionsGroup,
  tokensGroup,
} from './groups/access.ts';
import { changesGroup } from './groups/changes.ts';
import { consumersGroup } from './groups/consumers.ts';
import { customersGroup } from './groups/customers.ts';
import { secretsGroup } from './groups/secrets.ts';
import { syncGroup, targetsGroup } from './groups/targets.ts';
import { approvalProfilesGroup, importsGroup, profilesGroup, vaultsGroup } from './groups/vaults.ts';
import { auditGroup, streamEvents, webhooksGroup } from './groups/watching.ts';
import { openProject, type ProjectOptions } from './project.ts';
import { findProfile } from './source-profile.ts';
import { type WaitOptions, waitForChange, waitUntilSynced } from './wait.ts';

export type { Body, CallOptions, Input, KeyferryOptions, OperationId, Query, Reply } from './api.ts';
export type * from './api-types.ts';
export type { VersionSelector } from './groups/secrets.ts';
export type { StreamedEvent } from './groups/watching.ts';
// biome-ignore lint/performance/noBarrelFile: what `keyferry/client` gives
export { type ErrorCode, type FieldError, KeyferryError } from './keyferry-error.ts';
export type { Pages } from './pages.ts';
export type { FieldValue, ValueInput } from './payload.ts';
export type { NewSecretOptions, ProjectHandle, ProjectOptions, SecretHandle } from './project.ts';
export type { WaitOptions } from './wait.ts';

/**
 * A client of the Keyferry API, for Node and browsers. It needs nothing but `fetch`.
 *
 * Mutations carry an idempotency key, so that a repetition after a broken connection has no second effect. Failures are
 * {@link KeyferryError}s with a stable `code`.
 */
export class Keyferry {
  readonly #api: Api;
  readonly secrets: ReturnType<typeof secretsGroup>;
  readonly targets: ReturnType<typeof targetsGroup>;
  readonly sync: ReturnType<typeof syncGroup>;
  readonly changes: ReturnType<typeof changesGroup>;
  readonly vaults: ReturnType<typeof vaultsGroup>;
  readonly profiles: ReturnType<typeof profilesGroup>;
  readonly imports: ReturnType<typeof importsGroup>;
  readonly approvalProfiles: ReturnType<typeof approvalProfilesGroup>;
  readonly customers: ReturnType<typeof customersGroup>;
  readonly consumers: ReturnType<typeof consumersGroup>;
  readonly projects: ReturnType<typeof projectsGroup>;
  readonly organizations: ReturnType<typeof organizationsGroup>;
  readonly people: ReturnType<typeof peopleGroup>;
  readonly machines: ReturnType<typeof machinesGroup>;
  readonly groups: ReturnType<typeof groupsGroup>;
  readonly roles: ReturnType<typeof rolesGroup>;
  readonly tokens: ReturnType<typeof tokensGroup>;
  readonly sessions: ReturnType<typeof sessionsGroup>;
  readonly audit: ReturnType<typeof auditGroup>;
  readonly webhooks: ReturnType<typeof webhooksGroup>;
  /** Any operation of the API by its id, typed from the API's document. */
  readonly call: Api['call'];

  constructor(options: KeyferryOptions = {}) {
    const api = createApi(options);
    this.#api = api;
    this.call = api.call;
    this.secrets = secretsGroup(api);
    this.targets = targetsGroup(api);
    this.sync = syncGroup(api);
    this.changes = changesGroup(api);
    this.vaults = vaultsGroup(api);
    this.profiles = profilesGroup(api);
    this.imports = importsGroup(api);
    this.approvalProfiles = approvalProfilesGroup(api);
    this.customers = customersGroup(api);
    this.consumers = consumersGroup(api);
    this.projects = projectsGroup(api);
    this.organizations = organizationsGroup(api);
    this.people = peopleGroup(api);
    this.machines = machinesGroup(api);
    this.groups = groupsGroup(api);
    this.roles = rolesGroup(api);
    this.tokens = tokensGroup(api);
    this.sessions = sessionsGroup(api);
    this.audit = auditGroup(api);
    this.webhooks = webhooksGroup(api);
  }

  /** Who this token belongs to, and what it may do. */
  me(options?: CallOptions) {
    return this.#api.call('getMe', {}, options);
  }

  /** The project of this slug, made if there is none, and its secrets in the shortest way. */
  project(slug: string, options?: ProjectOptions, call?: CallOptions) {
    return openProject(this.#api, slug, options, call);
  }

  /** The vault profile of this id or name. */
  profile(nameOrId: string, options?: CallOptions) {
    return findProfile(this.#api, nameOrId, options);
  }

  /** Fills a template with secrets. */
  render(body: Body<'renderTemplate'>, options?: CallOptions) {
    return this.#api.call('renderTemplate', { body }, options);
  }

  /** What happens, as it happens. */
  events(from?: { readonly after?: string }, options?: CallOptions) {
    return streamEvents(this.#api, from, options);
  }

  /** See {@link waitForChange}. */
  waitForChange(changeId: string, options?: WaitOptions) {
    return waitForChange(this.#api, changeId, options);
  }

  /** See {@link waitUntilSynced}. */
  waitUntilSynced(changeId: string, options?: Omit<WaitOptions, 'until'>) {
    return waitUntilSynced(this.#api, changeId, options);
  }
}
