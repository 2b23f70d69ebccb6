import type { EmulatedRequest } from './emulated-request.ts';

/**
 * What happens to one request. `hang-then-apply-late` never answers and applies 300 ms later; `refuse` answers success
 * and stores nothing; `hang` and `reset` do nothing at all; `{ delayMs }` waits, then behaves.
 */
export type Step =
  | 'ok'
  | 'hang'
  | 'reset'
  | 'apply-then-500'
  | 'apply-then-hang'
  | 'apply-then-reset'
  | 'hang-then-apply-late'
  | 'stale-read'
  | 'refuse'
  | 'wrong-body'
  | 'huge-body'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      /** Sent as it is, in place of `body`. */
      readonly text?: string;
    }
  | { readonly redirect: string }
  | { readonly delayMs: number };

export interface Script {
  readonly method?: string;
  /** A part of the path, or a pattern. */
  readonly path?: string | RegExp;
  readonly when?: (request: EmulatedRequest) => boolean;
  /** One step for every match, or one after the other with the last repeated, or what is made of the request. */
  readonly steps: Step | readonly Step[] | ((request: EmulatedRequest) => Step);
  /** How many requests it takes; all when absent. */
  readonly count?: number;
}

export interface Scripts {
  add(script: Script): { readonly hits: number; remove(): void };
  clear(): void;
  next(request: EmulatedRequest): Step;
}

export function createScripts(): Scripts {
  const rules = new Set<{ readonly script: Script; hits: number }>();
  return {
    add(script) {
      const rule = { script, hits: 0 };
      rules.add(rule);
      return {
        get hits() {
          return rule.hits;
        },
        remove: () => void rules.delete(rule),
      };
    },
    clear: () => rules.clear(),
    next(request) {
      for (const rule of rules) {
        const { script } = rule;
        if (rule.hits >= (script.count ?? Number.POSITIVE_INFINITY) || !matches(script, request)) continue;
        if (typeof script.steps === 'function') {
          rule.hits++;
          return script.steps(request);
        }
        const steps: readonly Step[] = isList(script.steps) ? script.steps : [script.steps];
        return steps[Math.min(rule.hits++, steps.length - 1)] ?? 'ok';
      }
      return 'ok';
    },
  };
}

function isList(steps: Step | readonly Step[]): steps is readonly Step[] {
  return Array.isArray(steps);
}

function matches({ method, path, when }: Script, request: EmulatedRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (typeof path === 'string' && !request.path.includes(path)) return false;
  if (path instanceof RegExp && !path.test(request.path)) return false;
  return when?.(request) ?? true;
}
