import type { Notice } from './notice.ts';
import { noticeText, oneLine } from './notice-text.ts';

export const WEBHOOK_FORMATS = ['keyferry', 'slack', 'teams'] as const;
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

/** What one message tells: one notice, or the notices of a digest. */
export interface Message {
  /** Stays the same however often it is sent. */
  readonly id: string;
  readonly notices: readonly Notice[];
  readonly digest: boolean;
}

/** A digest shows this many and counts the rest. */
export const MOST_SHOWN = 50;

/** The body for one format. Equal messages give equal bytes, so that a repetition can be told by its id and is the same. */
export function webhookBody(format: WebhookFormat, message: Message, publicUrl: string): string {
  return JSON.stringify(BODIES[format](message, publicUrl));
}

const BODIES: Record<WebhookFormat, (message: Message, publicUrl: string) => unknown> = { keyferry, slack, teams };

/** `type`, `timestamp` and `data`, as https://www.standardwebhooks.com recommends. */
function keyferry({ notices, digest }: Message, publicUrl: string): unknown {
  const [first] = notices;
  const last = notices.at(-1);
  if (digest) {
    const shown = notices.slice(0, MOST_SHOWN).map((notice) => noticeData(notice, publicUrl));
    return {
      type: 'digest',
      timestamp: last?.at,
      data: { notices: shown, omitted: notices.length - shown.length },
    };
  }
  return { type: first?.kind, timestamp: first?.at, data: first && noticeData(first, publicUrl) };
}

/** A notice as machines read it; the event stream sends the same. */
export function noticeData(notice: Notice, publicUrl: string) {
  const { id, seq, kind, at, organization, project, actor, object, subject, profile, facts } = notice;
  const { title, url } = noticeText(notice, publicUrl);
  return { id, seq, kind, at, title, organization, project, actor, object, subject, profile, ...facts, url };
}

/**
 * `text` as Slack and Mattermost take it. `&`, `<` and `>` are escaped, which takes away mentions and links with another
 * text (https://api.slack.com/reference/surfaces/formatting#escaping).
 */
function slack(message: Message, publicUrl: string): unknown {
  return { text: chatLines(message, publicUrl, slackEscape, (url) => `<${url}>`).join('\n') };
}

/**
 * A message with one adaptive card, as Teams workflows and connectors take it. Text blocks read a part of Markdown
 * (https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features), so its characters are escaped.
 */
function teams(message: Message, publicUrl: string): unknown {
  const lines = chatLines(message, publicUrl, markdownEscape, (url) => url);
  const body = lines.map((text) => ({ type: 'TextBlock', text, wrap: true }));
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body,
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

function chatLines(
  { notices, digest }: Message,
  publicUrl: string,
  plain: (text: string) => string,
  link: (url: string) => string,
): string[] {
  const lines = notices.slice(0, MOST_SHOWN).map((notice) => {
    const { title, facts, url } = noticeText(notice, publicUrl);
    const more = facts.filter(([name]) => ['Project', 'Code', 'By'].includes(name)).map((fact) => fact.join(': '));
    const text = plain(oneLine([title, ...more].join(' · '), 600));
    return url === undefined ? text : `${text} ${link(url)}`;
  });
  const omitted = notices.length - lines.length;
  return [
    ...(digest ? [`Keyferry: ${notices.length} notices`] : []),
    ...lines,
    ...(omitted > 0 ? [`and ${omitted} more`] : []),
  ];
}

function slackEscape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function markdownEscape(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()<>#+\-!|~]/g, (character) => `\\${character}`);
}
