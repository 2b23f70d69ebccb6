import { describe, expect, test } from 'vitest';
import { mailBody } from '../../../src/notifications/mail-body.ts';
import { factsOf } from '../../../src/notifications/notice.ts';
import { NOTICE_KIND_NAMES } from '../../../src/notifications/notice-kinds.ts';
import { noticeText } from '../../../src/notifications/notice-text.ts';
import { WEBHOOK_FORMATS, webhookBody } from '../../../src/notifications/webhook-body.ts';
import { noticeWith } from './support.ts';

const PUBLIC = 'https://keyferry.example.com';
const single = (changes = {}) => {
  const notice = noticeWith(changes);
  return { id: notice.id, notices: [notice], digest: false };
};
/** A name as somebody would choose it who wants more than a name. */
const HOSTILE =
  'x\r\nBcc: all@example.com <img src=x onerror=alert(1)> <!channel> [a](https://evil.example) & "q" \u202edne';

describe('every kind', () => {
  test.each(NOTICE_KIND_NAMES)('%s has words and a link for every channel', (kind) => {
    const object = { type: kind.startsWith('target.') ? 'target' : 'change_request', id: 'the-object' };
    const message = single({ kind, object });
    const { title, url } = noticeText(noticeWith({ kind, object }), PUBLIC);
    expect(title).toMatch(/^(Change \(update\) of )?secret db\/login [a-z]/);
    expect(url?.startsWith(`${PUBLIC}/v1/`)).toBe(true);
    const mail = mailBody(message, PUBLIC);
    for (const text of [
      mail.text,
      mail.html,
      ...WEBHOOK_FORMATS.map((format) => webhookBody(format, message, PUBLIC)),
    ]) {
      expect(text).toContain(url);
    }
    expect(mail.subject).toBe(`[Keyferry] ${title}`);
    expect(JSON.parse(webhookBody('keyferry', message, PUBLIC))).toMatchObject({
      type: kind,
      data: { kind, title, url },
    });
  });
});

describe('a hostile name', () => {
  const message = single({
    subject: { type: 'secret', id: 'i', name: HOSTILE },
    actor: { type: 'person', id: 'p', name: HOSTILE },
    project: { id: 'j', name: HOSTILE },
  });

  test('makes no header and no further line of a mail', () => {
    const { subject, text } = mailBody(message, PUBLIC);
    expect(subject).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(text).not.toContain('\u202e');
  });

  test('makes no markup', () => {
    const { html } = mailBody(message, PUBLIC);
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img');
  });

  test('mentions nobody and links nowhere in chats', () => {
    const slack = (JSON.parse(webhookBody('slack', message, PUBLIC)) as { text: string }).text;
    expect(slack).not.toContain('<!channel>');
    expect(slack.match(/<[^>]*>/g)).toEqual([`<${PUBLIC}/v1/change-requests/${message.notices[0]?.object.id}>`]);
    expect(slack.split('\n')).toHaveLength(1);
    const teams = webhookBody('teams', message, PUBLIC);
    expect(teams).not.toContain('[a](');
    expect(JSON.parse(teams)).toMatchObject({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } }],
    });
  });
});

test('of the details of an event only what is listed is told', () => {
  const told = { operation: 'update', version: 2, code: 'timeout', revision: 1 };
  const details = {
    ...told,
    comment: 'hunter2',
    reason: 'hunter2',
    digest: 'k1:aa',
    policy: {},
    name: 'n',
    state: null,
  };
  expect(factsOf(details)).toEqual(told);
  expect(factsOf(null)).toEqual({});
});

test('a digest shows fifty notices and counts the rest, the same at every attempt', () => {
  const notices = Array.from({ length: 53 }, (_, index) => noticeWith({ id: `n${index}`, seq: index }));
  const message = { id: 'digest', notices, digest: true };
  const body = JSON.parse(webhookBody('keyferry', message, PUBLIC)) as { type: string; data: { notices: unknown[] } };
  expect(body.type).toBe('digest');
  expect(body.data).toMatchObject({ omitted: 3 });
  expect(body.data.notices).toHaveLength(50);
  expect(webhookBody('keyferry', message, PUBLIC)).toBe(webhookBody('keyferry', message, PUBLIC));
  expect(mailBody(message, PUBLIC).subject).toBe('[Keyferry] 53 notices');
  expect(mailBody(message, PUBLIC).text).toContain('and 3 more');
  const slack = (JSON.parse(webhookBody('slack', message, PUBLIC)) as { text: string }).text;
  expect(slack.split('\n')).toHaveLength(52);
});
