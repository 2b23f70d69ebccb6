import { CORE_FUNCTIONS } from './core-functions.ts';
import type { TemplateFunction } from './template-function.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';

/** Everything that templates may call; nothing else is reachable from them. */
export const TEMPLATE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = { ...CORE_FUNCTIONS, ...TEXT_FUNCTIONS };

export const TEMPLATE_FUNCTION_NAMES: ReadonlySet<string> = new Set(Object.keys(TEMPLATE_FUNCTIONS));
