import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedAnswer, EmulatedRequest, Emulation } from './emulated-request.ts';
import type { Reply } from './reply.ts';
import type { Step } from './scripts.ts';

const LATE_MS = 300;

export interface Stage {
  /** Does what the request asks and writes it into the journal. */
  apply(request: EmulatedRequest): EmulatedAnswer;
  readonly emulation: Emulation;
  /** Told of what will be applied after nobody waits any more. */
  applyLate(work: Promise<void>): void;
}

/** Lets one request go the way its script says. */
export async function performStep(step: Step, request: EmulatedRequest, reply: Reply, stage: Stage): Promise<void> {
  if (typeof step === 'object') {
    if ('redirect' in step) return reply.send({ status: 307, headers: { location: step.redirect } });
    if ('status' in step) return reply.send(step);
    await sleep(step.delayMs);
    return reply.send(stage.apply(request));
  }
  switch (step) {
    case 'ok':
      return reply.send(stage.apply(request));
    case 'hang':
      return;
    case 'reset':
      return reply.reset();
    case 'apply-then-500':
      stage.apply(request);
      return reply.send({ status: 500, body: { errors: ['internal error'] } });
    case 'apply-then-hang':
      stage.apply(request);
      return;
    case 'apply-then-reset':
      stage.apply(request);
      return reply.reset();
    case 'hang-then-apply-late':
      return stage.applyLate(sleep(LATE_MS).then(() => void stage.apply(request)));
    case 'stale-read':
      return reply.send(stage.emulation(request, 'stale'));
    case 'refuse':
      return reply.send(stage.emulation(request, 'pretend'));
    case 'wrong-body':
      return reply.raw(200, '<html><body>Welcome to the proxy</body></html>');
    case 'huge-body':
      return reply.huge();
  }
}
