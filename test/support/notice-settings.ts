import type { NoticeSettings } from '../../src/notifications/notices.ts';
import { loopbackAllowed } from './adapter-ports.ts';

/** Receivers of tests are on loopback and answer soon; nothing waits for a minute to be announced. */
export function noticeSettings(settings: Partial<NoticeSettings> = {}): NoticeSettings {
  return {
    publicUrl: 'https://keyferry.example.com',
    webhookAllow: loopbackAllowed,
    mail: undefined,
    timeoutMs: 1_000,
    leaseMs: 4_000,
    recheckStreamsMs: 250,
    announceEveryMs: 0,
    ...settings,
  };
}
