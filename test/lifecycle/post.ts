import { randomUUID } from 'crypto';
import { Declaration, properties, serviceTimeout } from './declarations';
import { FaultPlan } from './faults';
import { EventKind, Notebook, Sent } from './notebook';
import { Provider } from './provider';
import { Timeline } from './timeline';
import { Answer, STACK_ID } from './world';

/** Markers of what must not be seen anywhere but in the request. */
export const RESPONSE_HOST = 'cloudformation-custom-resource-response-useast1.s3.amazonaws.com';
export const RESPONSE_SIGNATURE = 'the-signature-of-the-response-url';

/** Spelled as CloudFormation spells it, date included. */
function responseUrl(requestId: string, sentAt: number): string {
  const date = new Date(sentAt).toISOString().replace(/[-:]|\.\d+/g, '');
  return `https://${RESPONSE_HOST}/${requestId}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-Expires=7200&X-Amz-Signature=${RESPONSE_SIGNATURE}`;
}

/** Between CloudFormation and the function: requests go out, answers come in, and time passes meanwhile. */
export class Post {
  provider!: Provider;
  private waiters: Array<{ over: () => boolean; resolve: () => void; reject: (error: unknown) => void }> = [];
  private driving = false;

  constructor(
    private readonly timeline: Timeline<any>,
    private readonly notebook: Notebook,
    private readonly plan: FaultPlan,
    private readonly requestId: () => string = randomUUID,
  ) {}

  send(kind: EventKind, logicalId: string, declaration: Declaration, physicalId?: string, previous?: Declaration): Sent {
    const requestId = this.requestId();
    const own = (declared: Declaration) => properties(declared, this.provider.stateMachine.arn);
    const sentAt = this.timeline.now();
    const sent: Sent = {
      kind,
      requestId,
      logicalId,
      declaration,
      previous,
      sentAt,
      deadline: sentAt + serviceTimeout(declaration) * 1000,
      bodies: [],
      event: {
        RequestType: kind.startsWith('Delete') ? 'Delete' : kind === 'Create' ? 'Create' : 'Update',
        RequestId: requestId,
        ResponseURL: responseUrl(requestId, sentAt),
        ResourceType: declaration.type,
        LogicalResourceId: logicalId,
        StackId: STACK_ID,
        ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
        ResourceProperties: own(declaration),
        ...(previous === undefined ? {} : { OldResourceProperties: own(previous) }),
      },
    };
    this.notebook.sent.set(requestId, sent);
    this.timeline.in(serviceTimeout(declaration), async () => { if (!sent.answer) { sent.givenUp ??= 'timed out'; } });
    this.dispatch(sent);
    return sent;
  }

  /** Takes an answer. Only the first one counts, and only while somebody waits for it. */
  take(requestId: string, body: string): void {
    const sent = this.notebook.sent.get(requestId)!;
    sent.bodies.push(body);
    sent.delivered = true;
    if (sent.answer || sent.givenUp) { return; }
    sent.answer = { ...JSON.parse(body), body } as Answer;
    sent.answeredAt = this.timeline.now();
  }

  /** The same event once more, long after or soon: Lambda delivers at least once (Lambda Developer Guide: asynchronous invocation). */
  redeliver(sent: Sent): void {
    this.notebook.strike('delivered twice', sent.kind, sent.requestId);
    this.provider.deliver(sent);
  }

  later(seconds: number, action: () => void): void {
    this.timeline.in(seconds, async () => action());
  }

  /** Several may wait at the same time: time passes for all of them. */
  async until(over: () => boolean): Promise<void> {
    if (over()) { return; }
    await new Promise<void>((resolve, reject) => {
      this.waiters.push({ over, resolve, reject });
      void this.drive();
    });
  }

  async pass(seconds: number): Promise<void> {
    const end = this.timeline.now() + seconds * 1000;
    while (await this.timeline.next(end)) { /* everything until then */ }
    if (end > this.timeline.now()) { this.timeline.clock.advance((end - this.timeline.now()) / 1000); }
  }

  /** Everything that is under way comes to its end. */
  async settle(): Promise<void> {
    while (await this.timeline.next()) { /* until nothing is left */ }
  }

  private async drive(): Promise<void> {
    if (this.driving) { return; }
    this.driving = true;
    try {
      while (this.waiters.length > 0) {
        if (!await this.timeline.next()) { throw new Error('CloudFormation waits, and nothing will ever happen'); }
        const over = this.waiters.filter(waiter => waiter.over());
        if (over.length === 0) { continue; }
        this.waiters = this.waiters.filter(waiter => !over.includes(waiter));
        over.forEach(({ resolve }) => resolve());
        // Whoever waited may send something at this very moment.
        await new Promise(setImmediate);
      }
    } catch (error) {
      this.waiters.splice(0).forEach(({ reject }) => reject(error));
    } finally {
      this.driving = false;
    }
  }

  private dispatch(sent: Sent): void {
    const armed = this.plan.strike('sending', sent.kind, () => this.notebook.stateOf(sent.requestId));
    if (armed) { this.notebook.strike(armed.name, sent.kind, sent.requestId); }
    if (armed?.name === 'event lost') {
      sent.unanswerable = true;
      return;
    }
    this.provider.deliver(sent, armed?.name === 'event late' ? armed.seconds : 0);
    if (armed?.name === 'delivered twice') { this.provider.deliver(sent, armed.seconds); }
  }
}
