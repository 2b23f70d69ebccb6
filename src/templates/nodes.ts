import type { GoValue } from './go-value.ts';

interface Placed {
  /** Offset in the template's text, in UTF-16 units. */
  readonly offset: number;
}

/** What stands where a value is expected. `source` is how an error quotes it. */
export type Operand = Placed & { readonly source: string } & (
    | { readonly kind: 'constant'; readonly value: GoValue }
    | { readonly kind: 'nil' }
    | { readonly kind: 'dot' }
    | { readonly kind: 'field'; readonly names: readonly string[] }
    | { readonly kind: 'variable'; readonly variable: string; readonly names: readonly string[] }
    | { readonly kind: 'identifier'; readonly functionName: string }
    | { readonly kind: 'chain'; readonly base: Operand; readonly names: readonly string[] }
    | { readonly kind: 'pipeline'; readonly pipeline: Pipeline }
  );

export interface Command extends Placed {
  readonly operands: readonly Operand[];
  readonly source: string;
}

export interface Pipeline extends Placed {
  readonly declared: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly Command[];
  readonly source: string;
}

export type Statement = Placed &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'action'; readonly pipeline: Pipeline }
    | {
        readonly kind: 'if' | 'with' | 'range';
        readonly pipeline: Pipeline;
        readonly body: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    | { readonly kind: 'template'; readonly templateName: string; readonly pipeline: Pipeline | undefined }
    | { readonly kind: 'break' | 'continue' }
  );

/** A parsed template: its own statements and those of every `define` and `block` in it. */
export interface ParsedTemplate {
  readonly name: string;
  readonly text: string;
  readonly body: readonly Statement[];
  readonly defined: ReadonlyMap<string, readonly Statement[]>;
}
