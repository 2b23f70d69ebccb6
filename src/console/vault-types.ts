/* Answers about vaults, their profiles and imports, as far as the screens read them. */

/** The part of JSON Schema that the settings of kinds use. */
export interface SettingSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly writeOnly?: boolean;
  readonly anyOf?: readonly SettingSchema[];
}

export interface SettingsSchema {
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly required?: readonly string[];
}

export interface VaultKind {
  readonly kind: string;
  readonly title: string;
  readonly settings: SettingsSchema;
  readonly sensitive: readonly string[];
  readonly attributes: SettingsSchema;
}

export interface Vault {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, 'set' | 'unreadable'>>;
  readonly revision: number;
}

export interface MissingRight {
  readonly right: string;
  readonly needed: string;
}

export interface VaultProfile {
  readonly id: string;
  readonly name: string;
  readonly vaultId: string;
  readonly naming: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly place: string;
  readonly enabled: boolean;
  readonly concurrency: number;
  readonly ratePerSecond: number | null;
  readonly freshnessSeconds: number | null;
  readonly staleSince: string | null;
  readonly pausedAt: string | null;
  readonly check: {
    readonly state: 'unchecked' | 'ok' | 'incomplete' | 'failing';
    readonly code: string | null;
    readonly missingRights: readonly MissingRight[];
    readonly checkedAt: string | null;
  };
  readonly breaker: {
    readonly state: 'closed' | 'half_open' | 'open';
    readonly code: string | null;
    readonly since: string | null;
  };
  readonly credential: { readonly state: 'unproved' | 'accepted' | 'refused'; readonly since: string | null };
  readonly fuse: { readonly tripped: boolean; readonly wanted: number };
  readonly maxDeletes: number | null;
  readonly revision: number;
}

export interface VaultEntry {
  readonly path: string;
  readonly secretId: string | null;
}

export interface Import {
  readonly id: string;
  readonly dryRun: boolean;
  readonly state: string;
  readonly code: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly endedAt: string | null;
}

export interface ImportItem {
  readonly position: number;
  readonly entry: string;
  readonly state: string;
  readonly code: string | null;
  readonly path: string | null;
  readonly name: string | null;
  readonly type: string | null;
  readonly found: { readonly because?: string; readonly expected?: string } | null;
}
