import forge from 'node-forge';

/** A node of an ASN.1 tree in DER or BER, including indefinite lengths. */
export type DerNode = forge.asn1.Asn1;

/** Parses bytes that are exactly one ASN.1 value. This and the functions below throw on anything else. */
export function parseDer(bytes: Uint8Array): DerNode {
  return forge.asn1.fromDer(Buffer.from(bytes).toString('latin1'), true);
}

/** The bytes of a node. */
export function derBytes(node: DerNode | undefined): Buffer {
  return node === undefined ? fail() : Buffer.from(forge.asn1.toDer(node).getBytes(), 'latin1');
}

/** The elements of a SEQUENCE, a SET or an explicit tag. */
export function elements(node: DerNode | undefined): readonly DerNode[] {
  return node !== undefined && Array.isArray(node.value) ? node.value : fail();
}

/** The content of an OCTET STRING, also in BER's form of several chunks. */
export function octets(node: DerNode | undefined): Buffer {
  if (node === undefined) fail();
  return typeof node.value === 'string' ? Buffer.from(node.value, 'latin1') : Buffer.concat(node.value.map(octets));
}

/** The text of a BMPString. */
export function bmpText(node: DerNode | undefined): string {
  // The parser has decoded it already: `value` is text, not bytes.
  return isType(node, forge.asn1.Type.BMPSTRING) && typeof node.value === 'string' ? node.value : fail();
}

/** An OBJECT IDENTIFIER in dotted form. */
export function objectId(node: DerNode | undefined): string {
  if (!isType(node, forge.asn1.Type.OID) || typeof node.value !== 'string') fail();
  return forge.asn1.derToOid(node.value);
}

/** A positive INTEGER below 2^48. */
export function positive(node: DerNode | undefined): number {
  const bytes = isType(node, forge.asn1.Type.INTEGER) ? octets(node) : fail();
  if (bytes.length === 0 || bytes.length > 6) fail();
  const value = bytes.readUIntBE(0, bytes.length);
  return (bytes[0] ?? 0) < 0x80 && value > 0 ? value : fail();
}

/** Whether a node is an INTEGER. */
export function isInteger(node: DerNode | undefined): boolean {
  return isType(node, forge.asn1.Type.INTEGER);
}

function isType(node: DerNode | undefined, type: forge.asn1.Type): node is DerNode {
  return node !== undefined && node.tagClass === forge.asn1.Class.UNIVERSAL && node.type === type;
}

function fail(): never {
  throw new Error('not the expected ASN.1');
}
