import { CloudFormationEvent, propertiesDigest } from '../../../src/provider/handler/cloudformation/event';
import { Item, RequestRecord } from '../../../src/provider/handler/ledger/item';
import { itemIdFor, NewRequest, takeCharge } from '../../../src/provider/handler/ledger/taking-charge';

const STACK_ID = 'arn:aws:cloudformation:us-east-1:111122223333:stack/payments/7d1a2c30-0000-11f1-8000-0123456789ab';
export const KEY = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/aaaaaaaaaaaaaaaa';
export const OTHER_KEY = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/bbbbbbbbbbbbbbbb';
export const THIRD_KEY = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/cccccccccccccccc';
export const INVENTED = 'payments-Cvk-1A2B3C4D5E6F';
export const NOON = Date.parse('2026-11-28T12:00:00Z');

export interface Sent {
  readonly type: CloudFormationEvent['RequestType'];
  readonly id: string;
  readonly physicalId?: string;
  /** Seconds after noon, by CloudFormation's clock; `undefined` for a URL without a date. */
  readonly at?: number;
  /** Seconds after noon, by ours. Default: as `at`. */
  readonly received?: number;
  readonly declared?: object;
  readonly former?: object;
  readonly resource?: Item;
  readonly isPredecessorDeleted?: boolean;
}

export function newRequest({ type, id, physicalId, at, received = at ?? 0, declared = { a: '1' }, former, ...rest }: Sent): NewRequest {
  const event: CloudFormationEvent = {
    RequestType: type,
    RequestId: id,
    ResponseURL: `https://answers/${id}`,
    ResourceType: 'Custom::MultiRegionPaymentKey',
    LogicalResourceId: 'Cvk',
    StackId: STACK_ID,
    ...physicalId === undefined ? {} : { PhysicalResourceId: physicalId },
    ResourceProperties: { ...declared },
    ...former ? { OldResourceProperties: { ...former } } : {},
  };
  const now = new Date(NOON + received * 1000);
  const digests = { declared: propertiesDigest(event.ResourceProperties), ...former ? { former: propertiesDigest({ ...former }) } : {} };
  return {
    event,
    ...at === undefined ? {} : { sentAt: new Date(NOON + at * 1000) },
    now,
    properties: { kind: 'inline', declared, ...former ? { former } : {}, digests },
    deadline: new Date(now.getTime() + 60_000),
    deadlineOfHeir: new Date(now.getTime() + 720_000),
    isPredecessorDeleted: false,
    ...rest,
  };
}

/** What comes of a request when this item is there. */
export function charge(current: Item | undefined, sent: Sent) {
  const request = newRequest(sent);
  return takeCharge(current?.id ?? itemIdFor(request.event, request.resource), current, request);
}

/** The item after a request took charge. */
export function taken(current: Item | undefined, sent: Sent): Item {
  const result = charge(current, sent);
  if (result.kind !== 'taken') { throw new Error(`not taken: ${JSON.stringify(result)}`); }
  return result.item;
}

export function itemId(sent: Sent, resource: Item | undefined): string {
  return itemIdFor(newRequest(sent).event, resource);
}

/** The item after its request was answered, and `delivered` seconds after noon the answer was taken. */
export function answered(item: Item, status: 'SUCCESS' | 'FAILED', physicalId: string, rest: Partial<RequestRecord> & { readonly delivered?: number; readonly isFinished?: boolean } = {}): Item {
  const { delivered, isFinished = true, ...record } = rest;
  const { type, physicalId: former, properties } = item.request;
  const isLiving = status === 'SUCCESS' && type !== 'Delete';
  const isGone = status === 'SUCCESS' && type === 'Delete' && item.living?.physicalId === physicalId;
  return {
    ...item,
    ...isGone ? { living: undefined } : {},
    request: {
      ...item.request,
      phase: {
        kind: 'answered', status, physicalId, body: '{}', isFinished, ...delivered === undefined ? {} : { deliveredAt: new Date(NOON + delivered * 1000).toISOString() },
      },
      ...record,
    },
    ...isLiving ? {
      living: {
        physicalId,
        attributes: {},
        digest: properties.digests.declared,
        since: new Date(NOON + (delivered ?? 0) * 1000).toISOString(),
        isTouched: false,
      },
      ...former !== undefined && former !== physicalId ? { predecessor: { physicalId: former, digest: properties.digests.former } } : {},
    } : {},
  };
}

export function touched(item: Item): Item {
  return { ...item, living: { ...item.living!, isTouched: true } };
}
