import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPolicy, addProfile, existing, type Opened, opened, review, step } from '../api/approvals/support.ts';
import { canary, findLeaks } from '../support/canaries.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { type DeliveryView, noticeDesk } from '../support/notice-desk.ts';
import { noticeSettings } from '../support/notice-settings.ts';
import { eventually, must, type Scene, type ScenePerson, startScene } from '../support/scene.ts';

let mails: MailServer;
let scene: Scene;
let desk: ReturnType<typeof noticeDesk>;
let names = 0;
/** There before any policy: giving somebody this role is governed. */
let breaker: Named;

beforeAll(async () => {
  mails = await startMailServer();
  const notices = noticeSettings({ mail: { smtpUrl: mails.url, from: 'keyferry@example.com' } });
  scene = await startScene({ targets: 1, settings: { notices } });
  desk = noticeDesk(scene);
  breaker = await person('break_glass');
});
afterAll(async () => {
  await scene.close();
  await mails.close();
});

const addressOf = (name: string) => `${name}@example.com`;
const person = async (role: string) => {
  const name = `p${++names}`;
  return { name, ...(await scene.person(name, role)) };
};
type Named = ScenePerson & { readonly name: string };

/** Mails to somebody, as `subject` lines without the product's name, oldest first. */
const to = ({ name }: Named) =>
  mails.received.flatMap(({ to: recipients, raw }) => {
    if (!recipients.includes(addressOf(name))) return [];
    const [, subject = ''] = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(raw) ?? [];
    return [subject.replaceAll(/\r\n[ \t]/g, ' ').replace('[Keyferry] ', '')];
  });
const gets = (who: Named, count: number) =>
  eventually(async () => {
    const subjects = to(who);
    return subjects.length >= count ? subjects : undefined;
  }, `${count} mails to ${who.name}`);

/** A secret whose changes wait for these steps; answers with a way to ask for one. */
async function governed(author: Named, steps: readonly unknown[], order = 'any') {
  const profileId = await addProfile(scene, scene.source.vaultId);
  const secretId = await existing(author.api, profileId);
  const approvalProfileId = await addPolicy(scene, steps, { order });
  must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId }), 200, 202);
  return async (value = 'v'): Promise<Opened> =>
    opened(await author.api('POST', `/v1/secrets/${secretId}/versions`, { payload: { value } }));
}

test('who can decide is asked, who asked is told the outcome, and nobody else hears of it', async () => {
  const [author, reviewer, other] = [await person('read_write'), await person('approver'), await person('approver')];
  const value = canary('value');
  const ask = await governed(author, [step({ users: [reviewer.id] })]);
  const change = await ask(value.text);
  expect(await gets(reviewer, 1)).toEqual([
    expect.stringMatching(/^Change \(update\) of secret \S+ waits for approval$/),
  ]);
  must(await review(reviewer.api, change), 200);
  const outcome = await gets(author, 2);
  expect(outcome.map((subject) => subject.replace(/^.*(was \w+)$/, '$1'))).toEqual(['was approved', 'was applied']);
  expect(to(reviewer)).toHaveLength(1);
  expect(to(other)).toEqual([]);
  const [mail] = mails.received.filter((each) => each.to.includes(addressOf(reviewer.name)));
  expect(mail).toMatchObject({ from: 'keyferry@example.com', to: [addressOf(reviewer.name)] });
  expect(mail?.raw).toContain('Auto-Submitted: auto-generated');
  expect(mail?.raw.replaceAll('=\r\n', '')).toContain(`https://keyferry.example.com/v1/change-requests/${change.id}`);
  expect(
    findLeaks(
      [value],
      mails.received.map((each) => ['mail', each.raw] as const),
    ),
  ).toEqual([]);
});

test('the next step is asked when it is its turn, each person once per revision', async () => {
  const [author, first, second] = [await person('read_write'), await person('approver'), await person('approver')];
  const steps = [step({ users: [first.id] }, 1, 'one'), step({ users: [second.id] }, 1, 'two')];
  const change = await (await governed(author, steps, 'sequential'))();
  await gets(first, 1);
  expect(to(second)).toEqual([]);
  must(await review(first.api, change), 200);
  await gets(second, 1);
  must(await review(second.api, change, 'reject'), 200);
  expect(await gets(author, 1)).toEqual([expect.stringMatching(/was rejected$/)]);
  expect([to(first).length, to(second).length]).toEqual([1, 1]);
});

test('an override is told to every reviewer and the requester, a comment to who takes part; the texts to nobody', async () => {
  const [author, reviewer, other] = [await person('read_write'), await person('approver'), await person('approver')];
  const [reason, comment] = [canary('reason'), canary('comment')];
  const change = await (await governed(author, [step({ users: [reviewer.id, other.id] })]))();
  await gets(reviewer, 1);
  const path = `/v1/change-requests/${change.id}`;
  must(await reviewer.api('POST', `${path}/comments`, { text: `Why? ${comment.text}` }), 201);
  expect(await gets(author, 1)).toEqual([expect.stringMatching(/was commented on$/)]);
  const { revision, digest } = change;
  must(await breaker.api('POST', `${path}/override`, { reason: `It burns. ${reason.text}`, revision, digest }), 200);
  expect((await gets(reviewer, 2))[1]).toMatch(/was let through by an override$/);
  expect((await gets(other, 2))[1]).toMatch(/was let through by an override$/);
  expect((await gets(author, 2))[1]).toMatch(/was let through by an override$/);
  expect(to(breaker)).toEqual([]);
  expect(
    findLeaks(
      [reason, comment],
      mails.received.map((each) => ['mail', each.raw] as const),
    ),
  ).toEqual([]);
});

test('whoever asked is not asked, nor is an editor', async () => {
  const [author, reviewer] = [await person('admin'), await person('approver')];
  const ask = await governed(author, [step({ users: [author.id, reviewer.id] })]);
  await ask();
  await gets(reviewer, 1);
  expect(to(author)).toEqual([]);
});

test('who had the answer from the API gets no mail', async () => {
  const author = await person('read_write');
  await existing(author.api, scene.source.profileId);
  const reviewer = await person('approver');
  await (await governed(author, [step({ users: [reviewer.id] })]))();
  await gets(reviewer, 1);
  expect(to(author)).toEqual([]);
});

describe('what people choose', () => {
  test('starts with reviews at once, and is kept', async () => {
    const reviewer = await person('approver');
    const path = '/v1/me/notifications';
    expect(must(await reviewer.api('GET', path), 200)).toEqual({ reviews: 'immediate', operations: 'daily' });
    must(await reviewer.api('PATCH', path, { operations: 'off' }), 200);
    expect(must(await reviewer.api('PATCH', path, { reviews: 'hourly' }), 200)).toEqual({
      reviews: 'hourly',
      operations: 'off',
    });
    expect(must(await reviewer.api('GET', path), 200)).toEqual({ reviews: 'hourly', operations: 'off' });
    expect((await reviewer.api('PATCH', path, { reviews: 'never' })).json.errors).toMatchObject([
      { pointer: '/reviews' },
    ]);
  });

  test('counts: nothing, or everything of an hour in one mail', async () => {
    const author = await person('read_write');
    const [off, hourly, fast] = [await person('approver'), await person('approver'), await person('approver')];
    must(await off.api('PATCH', '/v1/me/notifications', { reviews: 'off' }), 200);
    must(await hourly.api('PATCH', '/v1/me/notifications', { reviews: 'hourly' }), 200);
    const steps = [step({ users: [off.id, hourly.id, fast.id] })];
    await (await governed(author, steps))();
    await (await governed(author, steps))();
    await gets(fast, 2);
    expect([to(off), to(hourly)]).toEqual([[], []]);
    await desk.hurry(hourly.id);
    expect(await gets(hourly, 1)).toEqual(['2 notices']);
    expect(to(off)).toEqual([]);
  });

  test('is for people: a machine has no mailbox', async () => {
    const machine = must(await scene.admin('POST', '/v1/machines', { name: 'm' }), 201);
    const { token } = must(await scene.admin('POST', '/v1/tokens', { name: 'm', machineId: machine.id }), 201);
    expect((await scene.admin.as(String(token))('GET', '/v1/me/notifications')).status).toBe(403);
  });
});

describe('a mail server in trouble', () => {
  const rowsOf = async (who: Named) =>
    must(await who.api('GET', '/v1/me/notifications/deliveries'), 200).items as unknown as DeliveryView[];
  const inState = (who: Named, state: string) =>
    eventually(async () => {
      const [row] = await rowsOf(who);
      return row?.state === state ? row : undefined;
    }, `a mail ${state}`);

  test('is asked again later, under the same message id', async () => {
    const [author, reviewer] = [await person('read_write'), await person('approver')];
    const ask = await governed(author, [step({ users: [reviewer.id] })]);
    mails.refuse(451);
    await ask();
    expect(await inState(reviewer, 'failed')).toMatchObject({ status: 451, code: 'refused', attempts: 1 });
    await desk.hurry(reviewer.id);
    await gets(reviewer, 1);
    expect(await inState(reviewer, 'delivered')).toMatchObject({ attempts: 2, code: null });
    const [row] = await rowsOf(reviewer);
    expect(mails.received.at(-1)?.raw).toContain(`Message-ID: <${row?.messageId}@example.com>`);
  });

  test('that refuses for good is not asked again, and its words are kept nowhere', async () => {
    const [author, reviewer] = [await person('read_write'), await person('approver')];
    const ask = await governed(author, [step({ users: [reviewer.id] })]);
    mails.refuse(550);
    await ask();
    expect(await inState(reviewer, 'parked')).toMatchObject({ status: 550, code: 'rejected' });
    const rows = await scene.broker.db.query<{ row: string }>('select d::text as row from notice_deliveries d');
    expect(rows.filter(({ row }) => row.includes('nobody keeps'))).toEqual([]);
    expect(scene.log()).not.toContain('nobody keeps');
  });
});

test('a name from people shapes no header', async () => {
  const name = '"A" <x@evil.example>, Böse; Cc: b@evil.example';
  const made = must(await scene.admin('POST', '/v1/users', { name, email: 'names@example.com' }), 201);
  const grant = { subjectType: 'person', subjectId: made.id, role: 'approver' };
  must(await scene.admin('POST', '/v1/role-grants', grant), 201);
  const author = await person('read_write');
  await (await governed(author, [step({ users: [String(made.id)] })]))();
  const mail = await eventually(
    async () => mails.received.find((each) => each.to.includes('names@example.com')),
    'the mail',
  );
  expect(mail.to).toEqual(['names@example.com']);
  const [head = ''] = mail.raw.split('\r\n\r\n');
  expect(
    head
      .match(/^(To|Cc|Bcc|From|Subject):/gim)
      ?.map((line) => line.toLowerCase())
      .sort(),
  ).toEqual(['from:', 'subject:', 'to:']);
});

test('what goes wrong reaches those who look after it, once a day', async () => {
  const operator = await person('operator');
  const [target] = scene.targets;
  if (target === undefined) throw new Error('no target');
  await target.vault.down();
  const secretId = await scene.secret(`stranded-${++names}`);
  await eventually(async () => {
    const { items } = must(await scene.admin('GET', `/v1/secrets/${secretId}/targets`), 200) as {
      items: { state: string }[];
    };
    return items[0]?.state === 'failed';
  }, 'a failed target');
  await eventually(async () => {
    await desk.hurry(operator.id);
    return to(operator).length > 0;
  }, 'the digest');
  expect(to(operator)[0]).toMatch(/^\d+ notices?$/);
  const mail = mails.received.findLast((each) => each.to.includes(addressOf(operator.name)));
  expect(mail?.raw.replaceAll('=\r\n', '')).toContain('could not be carried to a target');
});
