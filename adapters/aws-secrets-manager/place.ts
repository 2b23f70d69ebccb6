import { realAddress } from '../lib/real-address.ts';
import type { AwsSettings } from './settings.ts';

/** DNS suffix by region; all others are amazonaws.com (AWS General Reference, "AWS service endpoints"). */
const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^eusc-/, 'amazonaws.eu'],
  [/^us-isob-/, 'sc2s.sgov.gov'],
  [/^us-isof-/, 'csp.hci.ic.gov'],
  [/^us-iso-/, 'c2s.ic.gov'],
  [/^eu-isoe-/, 'cloud.adc-e.uk'],
];

const AWS_HOST =
  /\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws|sc2s\.sgov\.gov|csp\.hci\.ic\.gov|c2s\.ic\.gov|adc-e\.uk)$/;

/** The public endpoint of a service in a region. The SDK is always told, because it would look into the environment. */
export function publicEndpoint(service: 'secretsmanager' | 'sts', region: string): string {
  const suffix = SUFFIXES.find(([regions]) => regions.test(region))?.[1] ?? 'amazonaws.com';
  return `https://${service}.${region}.${suffix}`;
}

/**
 * An account's secrets in a region, whichever of AWS's own addresses (public, FIPS, dual stack, VPC endpoint) leads there; a
 * compatible server elsewhere is a place of its own.
 */
export function placeOf(settings: AwsSettings): string {
  const address = settings.endpoint === undefined ? undefined : realAddress(settings.endpoint);
  const foreign = address !== undefined && !AWS_HOST.test(new URL(address).hostname);
  const account = accountOf(settings) ?? 'account-not-known';
  return ['aws-secrets-manager', ...(foreign ? [address] : []), account, settings.region].join('/');
}

/** The account that holds the secrets, as far as the settings tell. */
export function accountOf(settings: AwsSettings): string | undefined {
  return accountOfRole(settings.roleArn) ?? settings.accountId ?? accountOfKey(settings.accessKeyId);
}

export function accountOfRole(roleArn: string | undefined): string | undefined {
  return roleArn?.split(':')[4];
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Access key ids carry the account they belong to: base32 after the four letters of their type, its bits 1 to 40. Those from
 * before 2019 (`AKIAI…`, `AKIAJ…`) do not. Only ever compared: two keys of one account must be one place.
 */
export function accountOfKey(accessKeyId: string | undefined): string | undefined {
  const body = /^(?:AKIA|ASIA)([A-HK-Z2-7][A-Z2-7]{15})$/.exec(accessKeyId ?? '')?.[1];
  if (body === undefined) return undefined;
  const bits = [...body.slice(0, 10)].reduce((sum, letter) => sum * 32n + BigInt(BASE32.indexOf(letter)), 0n);
  const account = ((bits >> 2n) & 0x7fff_ffff_ff80n) >> 7n;
  return account.toString().padStart(12, '0');
}
