/** The part of JSON Schema that the settings of kinds of vaults use. */
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

/** An object of settings: what `GET /v1/vault-kinds` answers as `settings` and as `attributes`. */
export interface SettingsSchema {
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly required?: readonly string[];
}
