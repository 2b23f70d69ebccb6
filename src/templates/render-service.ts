import type { Actor } from '../access/actor.ts';
import { authorize, can } from '../access/permissions.ts';
import type { Right } from '../access/roles.ts';
import type { Db } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { findCustomer } from '../projects/customer-store.ts';
import { findProject } from '../projects/project-store.ts';
import { type PayloadInput, toPayloadOutput } from '../secrets/payload/payload-input.ts';
import { assertReadable, resolveVersion, type SecretReader, type VersionSelector } from '../secrets/secret-reader.ts';
import { findSecretContext, type SecretRef } from '../secrets/secret-store.ts';
import { certainKeys } from './certain-keys.ts';
import { checkTemplate, type SecretFacts } from './check-template.ts';
import { DEFAULT_LIMITS, executeTemplate } from './execute-template.ts';
import { fitOutput } from './fit-output.ts';
import { parseTemplate, parseWithProblems } from './parse-template.ts';
import type { Rendered, RenderRequest } from './render-schemas.ts';
import { secretData } from './secret-data.ts';
import { fullName, parseSecretKey, type SecretKey } from './secret-key.ts';
import { createSecretLookup, type SecretLookup } from './secret-lookup.ts';
import { TemplateError } from './template-error.ts';
import { TEMPLATE_FUNCTION_NAMES, TEMPLATE_FUNCTIONS } from './template-functions.ts';

/** Steps of all runs of one template together; a run that waits for a secret starts anew. */
const MOST_STEPS = 1_000_000;

export interface RenderService {
  /**
   * Renders the template with the secrets it looks up, each read and recorded like any read. Needs `secret.read_value`.
   *
   * Throws `template_invalid` with where and why; otherwise what reading a secret throws, with its name as `secret`.
   */
  render(actor: Actor, request: RenderRequest): Promise<Rendered>;
  /** Reads no value. Throws `template_invalid` with everything that is wrong. Needs `secret.list`. */
  check(actor: Actor, request: RenderRequest): Promise<Rendered>;
  /** What a template refers to, each once. Reads no value; throws as `check` does. */
  references(actor: Actor, request: TemplateRoom & { readonly template: string }): Promise<readonly SecretKey[]>;
}

/** Whose secrets a template names. */
export type TemplateRoom = Pick<RenderRequest, 'project' | 'customer' | 'fallback'>;

export function createRenderService(deps: { readonly db: Db; readonly reader: SecretReader }): RenderService {
  const { db, reader } = deps;

  /** Where names are looked up. Throws `forbidden` without the right for those secrets. */
  const roomOf = async (actor: Actor, request: TemplateRoom, right: Right): Promise<Room> => {
    const { organizationId } = actor;
    const project = await findProject(await db.prisma(), organizationId, request.project);
    if (project === null) throw notFound('project');
    const { customer: named, fallback } = request;
    const customer = named === undefined ? undefined : await findCustomer(db, organizationId, project.id, named);
    if (named !== undefined && customer === undefined) throw notFound('customer');
    authorize(actor, right, { projectId: project.id, customerId: customer?.id ?? null });
    return { project: project.id, customer: customer?.id, fallback };
  };

  const read = async (
    actor: Actor,
    room: Room,
    key: SecretKey,
    reason: string | undefined,
  ): Promise<Found<PayloadInput> | undefined> => {
    try {
      return await selected(key, async (selector) => {
        const { context, version, fields } = await reader.content(actor, refOf(room, key), selector, {
          purpose: 'render',
          reason,
        });
        const { customerId } = context.secret;
        return { version: version.version, customerId, content: toPayloadOutput(fields) };
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (isAbsence(error)) return undefined;
      const { code, facts, retryAfterMs } = error;
      const name = fullName(key);
      throw new AppError(code, `${name}: ${error.message}`, {
        facts: { ...facts, secret: name },
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    }
  };

  const describe = async (actor: Actor, room: Room, key: SecretKey): Promise<Found<SecretFacts> | undefined> => {
    try {
      const context = await findSecretContext(db, actor.organizationId, refOf(room, key));
      if (context === undefined) return undefined;
      const version = await selected(key, (selector) => resolveVersion(db, context, selector));
      const refusal = refusalOf(() => assertReadable(context, version));
      const { customerId } = context.secret;
      if (!can(actor, 'secret.list', context.secret)) return undefined;
      return { version: version.version, customerId, content: refusal ?? { fields: version.fieldNames } };
    } catch (error) {
      if (error instanceof AppError && isAbsence(error)) return undefined;
      throw error;
    }
  };

  const checked = async (actor: Actor, at: TemplateRoom, { name, template: text }: Named) => {
    const room = await roomOf(actor, at, 'secret.list');
    const { template, problems } = parseWithProblems(text, { name, functions: TEMPLATE_FUNCTION_NAMES });
    const lookup = createSecretLookup((key) => describe(actor, room, key));
    await lookup.prefetch(certainKeys(template));
    const uses = createUses();
    const find = (key: string) => lookup.find(key)?.content;
    const found = await lookup.complete(() => checkTemplate(template, { find, onUse: uses.add }));
    if (problems.length + found.length > 0) throw templateInvalid([...problems, ...found]);
    return { uses, lookup };
  };

  return {
    async render(actor, request) {
      const room = await roomOf(actor, request, 'secret.read_value');
      const { name, template: text, format, strict } = request;
      const lookup = createSecretLookup((key) => read(actor, room, key, request.reason));
      return problemsOf(async () => {
        const template = parseTemplate(text, { name, functions: TEMPLATE_FUNCTION_NAMES });
        await lookup.prefetch(certainKeys(template));
        const uses = createUses();
        const data = secretData((key) => lookup.find(key)?.content, uses.add);
        let steps = MOST_STEPS;
        const pieces = await lookup.complete(() =>
          executeTemplate(template, data, {
            functions: TEMPLATE_FUNCTIONS,
            limits: { ...DEFAULT_LIMITS, steps: Math.min(DEFAULT_LIMITS.steps, steps) },
            onSteps: (used) => {
              steps -= used;
            },
          }),
        );
        return { output: fitOutput(pieces, { format, strict, template }), secrets: uses.of(lookup) };
      });
    },

    async check(actor, request) {
      const { uses, lookup } = await checked(actor, request, request);
      return { output: null, secrets: uses.of(lookup) };
    },

    async references(actor, request) {
      const { lookup } = await checked(actor, request, { name: 'template', template: request.template });
      return lookup.found().map(([key]) => key);
    },
  };
}

type Named = Pick<RenderRequest, 'name' | 'template'>;

/** A secret's version that a key came out at, and what was asked for of it. */
interface Found<T> {
  readonly version: number;
  readonly customerId: string | null;
  readonly content: T;
}

/** Whose secrets a template names. */
interface Room {
  readonly project: string;
  readonly customer: string | undefined;
  readonly fallback: boolean;
}

function refOf(room: Room, { path, name }: SecretKey): SecretRef {
  return { ...room, path, name };
}

/** Where every version is disabled, it is the newest one that is refused; the secret is not missing. */
async function selected<T>(key: SecretKey, get: (selector: VersionSelector) => Promise<T>): Promise<T> {
  try {
    return await get(key.selector);
  } catch (error) {
    if (key.selector !== 'latest_enabled' || !(error instanceof AppError) || error.code !== 'not_found') throw error;
    return get('latest');
  }
}

/** There is no such secret or version for templates: unknown, not created yet, or deleted. */
function isAbsence({ code }: AppError): boolean {
  return code === 'not_found' || code === 'invalid_transition';
}

function refusalOf(work: () => void): { readonly refused: string } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || isAbsence(error)) throw error;
    return { refused: error.message };
  }
}

/** Which fields of which secrets a template looks at. */
function createUses() {
  const fields = new Map<string, Set<string>>();
  return {
    add(name: string, field: string): void {
      const id = parseSecretKey(name)?.id ?? name;
      fields.set(id, (fields.get(id) ?? new Set()).add(field));
    },
    /** By name and version, each once, however many keys came out at it. */
    of(lookup: SecretLookup<Found<unknown>>): Rendered['secrets'] {
      const used = new Map<string, Rendered['secrets'][number]>();
      for (const [key, { version, customerId }] of lookup.found()) {
        const name = fullName(key);
        const before = used.get(`${name}@${version}`)?.fields ?? [];
        const all = new Set([...before, ...(fields.get(key.id) ?? [])]);
        used.set(`${name}@${version}`, { name, version, customerId, fields: [...all].sort() });
      }
      return [...used.values()].sort((a, b) => (a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1));
    },
  };
}

async function problemsOf<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TemplateError) throw templateInvalid([error]);
    throw error;
  }
}

function templateInvalid(errors: readonly TemplateError[]): AppError {
  const ordered = [...errors].sort(
    (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
  );
  const problems = ordered.map(({ message, position: { line, column } }) => ({ line, column, message }));
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new AppError('template_invalid', `${problems[0]?.message ?? ''}${more}`, { facts: { problems } });
}
