/** One field as people have it. */
export type FieldValue = string | Uint8Array;

/** A value as people have it: one text, bytes, or fields by name. */
export type ValueInput = FieldValue | Readonly<Record<string, FieldValue>>;

/** One field as the API has it. */
export type WireField = string | { readonly base64: string };

/** The payload of a value: a single one is the field `value`. */
export function payloadOf(value: ValueInput): Record<string, WireField> {
  if (typeof value === 'string' || value instanceof Uint8Array) return { value: wireField(value) };
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, wireField(field)]));
}

/** Text where it is, else bytes. */
export function fieldOf(field: WireField): FieldValue {
  return typeof field === 'string' ? field : bytesOf(field);
}

/** The bytes of a field; text in UTF-8. */
export function bytesOf(field: WireField): Uint8Array {
  if (typeof field === 'string') return new TextEncoder().encode(field);
  return Uint8Array.from(atob(field.base64), (char) => char.charCodeAt(0));
}

function wireField(field: FieldValue): WireField {
  if (typeof field === 'string') return field;
  let binary = '';
  for (const byte of field) binary += String.fromCharCode(byte);
  return { base64: btoa(binary) };
}
