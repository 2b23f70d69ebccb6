import { noticeText, oneLine } from './notice-text.ts';
import { type Message, MOST_SHOWN } from './webhook-body.ts';

/** A mail without its envelope. */
export interface MailBody {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const FOOTER = 'What you get by mail is yours to choose: PATCH /v1/me/notifications.';

/** One notice with all there is to know, or a digest with a line for each. */
export function mailBody({ notices, digest }: Message, publicUrl: string): MailBody {
  const texts = notices.slice(0, MOST_SHOWN).map((notice) => noticeText(notice, publicUrl));
  const omitted = notices.length - texts.length;
  const [first] = texts;
  const count = `${notices.length} ${notices.length === 1 ? 'notice' : 'notices'}`;
  const title = digest || first === undefined ? count : first.title;
  const more = omitted > 0 ? [`and ${omitted} more`] : [];
  const blocks = texts.map(({ title: heading, facts, url }) => ({
    heading,
    lines: digest ? facts.filter(([name]) => name === 'Code' || name === 'At') : facts,
    url,
  }));
  return {
    subject: oneLine(`[Keyferry] ${title}`, 200),
    text: [
      ...blocks.map(({ heading, lines, url }) =>
        [
          heading,
          ...lines.map(([name, value]) => `  ${name}: ${value}`),
          ...(url === undefined ? [] : [`  ${url}`]),
        ].join('\n'),
      ),
      ...more,
      `-- \n${FOOTER}\n`,
    ].join('\n\n'),
    html: [
      '<!doctype html><html><body>',
      ...blocks.map(({ heading, lines, url }) =>
        [
          `<p><strong>${escapeHtml(heading)}</strong></p><ul>`,
          ...lines.map(([name, value]) => `<li>${escapeHtml(name)}: ${escapeHtml(value)}</li>`),
          '</ul>',
          ...(url === undefined ? [] : [`<p><a href="${escapeHtml(url)}">${escapeHtml(url)}</a></p>`]),
        ].join(''),
      ),
      ...more.map((line) => `<p>${line}</p>`),
      `<hr><p><small>${escapeHtml(FOOTER)}</small></p></body></html>`,
    ].join('\n'),
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
