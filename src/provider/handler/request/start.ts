import { deadlineOf, deadlineOfHeir, overdueAt } from './deadlines';
import { StartRefused, StepState } from './executions';
import { endWithoutExecution } from './last-resort';
import { Ports } from './ports';
import { deliverAgain } from './respond';
import { refuse } from './task';
import { envelope, LEAST_MINUTES_OF_DELETE } from '../../contract/envelope';
import { REQUEST_ID_TAG } from '../../contract/ownership-tags';
import { answerBody } from '../cloudformation/answer';
import { Addressee, CloudFormationEvent, decodedOrRefused, digest, parseAddressee, parseEvent, propertiesDigest, RefusedRequest, sentAt } from '../cloudformation/event';
import { ServiceFault } from '../control-plane/fault';
import { commit } from '../ledger/commit';
import { FORMAT, Item, Properties } from '../ledger/item';
import { Charge, itemIdFor, NewRequest, replacedId, resourceId, takeCharge } from '../ledger/taking-charge';
import { nothingCreatedId, outcomeUnknownId, parsePhysicalId } from '../reconcilers/physical-id';

/*
 * What CloudFormation calls. The event is decoded; its request takes charge of the resource by one conditional write (L1);
 * an execution named by the request is started; the function returns. Each of these may be repeated: Lambda delivers the
 * event again when this throws, and nothing is created before the first step.
 *
 *   wrong by itself (another stack, unreadable properties)  -> answered FAILED at once
 *   an answered request comes again                         -> the same answer again
 *   the table or the state machine cannot be reached        -> thrown, so that Lambda delivers again; FAILED from 150 s on (L9)
 */

/** Properties above this stand in an item of their own, so that the other writes of the request stay small. */
const LARGEST_INLINE_PROPERTIES = 2_000;
/** A role's fresh permissions take a moment to work everywhere: seconds between the tries, and how many. */
const PAUSE_SECONDS = 5;
const MOST_TRIES = 8;
/** Lambda's third and last delivery comes three minutes after the first. */
const SECONDS_UNTIL_FAULTS_ARE_FINAL = 150;
/** An execution whose name is taken has ended: redriven, stopped, or overdue. More than a few never happen. */
const MOST_EXECUTIONS = 10;

export async function start(event: unknown, ports: Ports): Promise<void> {
  const to = parseAddressee(event, ports.testAnswerOrigin);
  const admission = await admit(event, to, ports);
  switch (admission.kind) {
    case 'started':
    case 'over': return;
    case 'answered': return deliverAgain(admission.item, to.RequestId, to.ResponseURL, ports);
    case 'unstartable': return endWithoutExecution(admission.item, to.RequestId, admission.reason, ports);
    case 'refused': {
      const { reason, outcome } = admission;
      const marker = outcome === 'nothing created' ? nothingCreatedId : outcomeUnknownId;
      ports.log.error('EVENT_REFUSED', reason, { requestId: to.RequestId, logicalId: to.LogicalResourceId });
      const physicalId = to.PhysicalResourceId ?? marker(to.RequestId);
      return ports.putAnswer(to.ResponseURL, answerBody(to, { status: 'FAILED', reason, physicalId }));
    }
  }
}

/** What a delivery came to, before anything is said to CloudFormation: a place that takes no answer is no fault of the request. */
type Admission =
  | { readonly kind: 'started' }
  /** Nothing is to be done any more. */
  | { readonly kind: 'over' }
  /** The request has its answer, which is repeated. */
  | { readonly kind: 'answered'; readonly item: Item }
  /** In charge, but no execution can be its clock. */
  | { readonly kind: 'unstartable'; readonly item: Item; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly outcome: 'nothing created' | 'unknown' };

async function admit(event: unknown, to: Addressee, ports: Ports): Promise<Admission> {
  const sent = sentAt(to.ResponseURL);
  try {
    const request = parseEvent(event, to, ports.stackId);
    const stateMachineArn = envelopeOf(request);
    const prepared = await prepare(request, sent, ports);
    const charge = await patiently(() => charged(request, prepared, ports), ports);
    switch (charge.kind) {
      case 'over': return charge;
      case 'refused': return { ...charge, outcome: 'nothing created' };
      case 'taken':
      case 'repeated': {
        if (charge.kind === 'taken') { tellOfLateCreation(charge.item, sent, ports); }
        const { item } = charge;
        return item.request.phase.kind === 'answered' ? { kind: 'answered', item } : await started(stateMachineArn, item, () => isLate(sent, ports), ports);
      }
    }
  } catch (error) {
    return refusal(error, sent, ports);
  }
}

/** What cannot be mended by another delivery is answered; the rest is thrown, and so delivered again. */
function refusal(error: unknown, sent: Date | undefined, ports: Ports): Admission {
  if (error instanceof RefusedRequest) { return { kind: 'refused', reason: error.message, outcome: 'nothing created' }; }
  const mayPass = error instanceof ServiceFault || error instanceof StartRefused;
  if (mayPass && !isLate(sent, ports)) { throw error; }
  const reason = mayPass ? error.message : `internal error of cdk-multi-region-payment-keys, please report it: ${String(error)}`;
  return { kind: 'refused', reason, outcome: 'unknown' };
}

/** Whether no further delivery is to be waited for. Without a date nobody could tell when to stop. */
function isLate(sent: Date | undefined, ports: Ports): boolean {
  return sent === undefined || ports.now().getTime() - sent.getTime() >= SECONDS_UNTIL_FAULTS_ARE_FINAL * 1000;
}

/**
 * An earlier delivery that never reached the ledger may have been answered FAILED. With DeletionPolicy Retain no Delete follows,
 * so nobody would hear of what this one makes.
 */
function tellOfLateCreation({ request: { requestId, type }, logicalId }: Item, sent: Date | undefined, ports: Ports): void {
  if (type !== 'Create' || sent === undefined || !isLate(sent, ports)) { return; }
  ports.log.error('LEFT_BEHIND', `request ${requestId} was delivered more than ${SECONDS_UNTIL_FAULTS_ARE_FINAL} s after CloudFormation sent it. If CloudFormation shows its resource as CREATE_FAILED, `
    + `an earlier delivery was answered so, and what is made now has no owner. A key bears the tag ${REQUEST_ID_TAG} with this request's id`, { requestId, logicalId });
}

function envelopeOf(request: CloudFormationEvent): string {
  return decodedOrRefused(() => envelope.decode(request.ResourceProperties, '')).StateMachineArn;
}

/** All that does not depend on the ledger. A Delete of what was never made is not refused for its properties: they may be why. */
async function prepare(event: CloudFormationEvent, sent: Date | undefined, ports: Ports): Promise<Omit<NewRequest, 'isPredecessorDeleted' | 'resource'>> {
  const now = ports.now();
  const since = sent && sent < now ? sent : now;
  const isVoid = event.RequestType === 'Delete' && parsePhysicalId(event.PhysicalResourceId!).kind === 'nothingCreated';
  const minutes = isVoid ? LEAST_MINUTES_OF_DELETE : minutesOf(event);
  return {
    event,
    ...sent ? { sentAt: sent } : {},
    now,
    properties: await propertiesOf(event, ports),
    deadline: event.RequestType === 'Delete' ? deadlineOfHeir(since, minutes) : deadlineOf(since, minutes),
    deadlineOfHeir: deadlineOfHeir(since, minutes),
  };
}

function minutesOf(event: CloudFormationEvent): number {
  const { declared, type } = refuse(event);
  return type.timeoutInMinutes(declared);
}

/** Written before the request takes charge, so that its item never names what is not there. */
async function propertiesOf(event: CloudFormationEvent, ports: Ports): Promise<Properties> {
  const { LogicalResourceId, RequestId, ResourceProperties, OldResourceProperties } = event;
  const digests = {
    declared: propertiesDigest(ResourceProperties),
    ...OldResourceProperties ? { former: propertiesDigest(OldResourceProperties) } : {},
  };
  const properties = { declared: ResourceProperties, ...OldResourceProperties ? { former: OldResourceProperties } : {} };
  const json = JSON.stringify(properties);
  if (json.length <= LARGEST_INLINE_PROPERTIES) { return { kind: 'inline', ...properties, digests }; }
  const id = `${LogicalResourceId}/properties/${RequestId}`;
  await patiently(() => ports.ledger.writeProperties(id, json), ports);
  return { kind: 'stored', id, digests };
}

/** Reads who is in charge, and takes charge by a write that fails if that is not so any more. */
async function charged(event: CloudFormationEvent, prepared: Omit<NewRequest, 'isPredecessorDeleted' | 'resource'>, ports: Ports): Promise<Charge> {
  for (;;) {
    const { id, current, resource, isPredecessorDeleted } = await look(event, ports);
    const charge = takeCharge(id, current, { ...prepared, isPredecessorDeleted, ...resource ? { resource } : {} });
    if (charge.kind !== 'taken') { return charge; }
    const written = await commit(ports.ledger, charge.item, ports.pause);
    if (written.kind === 'written') { return charge; }
  }
}

interface Look {
  readonly id: string;
  readonly current: Item | undefined;
  readonly resource: Item | undefined;
  readonly isPredecessorDeleted: boolean;
}

/** A request is looked for under both keys that it may stand under, since what is living may have changed since its first delivery. */
async function look(event: CloudFormationEvent, { ledger }: Ports): Promise<Look> {
  const { LogicalResourceId: logicalId, PhysicalResourceId: physicalId, RequestType } = event;
  const resource = await ledger.read(resourceId(logicalId));
  if (resource && resource.format !== FORMAT) { return { id: resource.id, current: resource, resource, isPredecessorDeleted: false }; }
  const isPredecessorDeleted = RequestType === 'Update' && resource !== undefined && await wasPredecessorDeleted(resource, ledger);
  const found = { resource, isPredecessorDeleted };
  const replaced = RequestType === 'Delete' && resource ? await ledger.read(replacedId(logicalId, physicalId!)) : undefined;
  if (replaced && (replaced.format !== FORMAT || knows(replaced, event))) { return { ...found, id: replaced.id, current: replaced }; }
  const id = resource && knows(resource, event) ? resource.id : itemIdFor(event, resource);
  return { ...found, id, current: id === resourceId(logicalId) ? resource : replaced };
}

/** Of what was replaced and came back, there is the Delete of an earlier life. */
async function wasPredecessorDeleted({ logicalId, living, predecessor }: Item, ledger: Ports['ledger']): Promise<boolean> {
  if (!living || !predecessor) { return false; }
  const removal = await ledger.read(replacedId(logicalId, predecessor.physicalId));
  return removal !== undefined && (removal.format !== FORMAT || Date.parse(removal.request.receivedAt) >= Date.parse(living.since));
}

function knows({ request, recent }: Item, { RequestId }: CloudFormationEvent): boolean {
  return request.requestId === RequestId || recent.includes(RequestId);
}

/** Starts the execution that is the item's clock. If its name is taken although the request has no answer, it has ended: another one goes on. */
async function started(stateMachineArn: string, item: Item, isLast: () => boolean, ports: Ports): Promise<Admission> {
  const { requestId, deadline, type } = item.request;
  const input: StepState = { item: item.id, request: requestId, overdueAt: overdueAt(deadline), turn: 0, waitSeconds: 0, next: 'step' };
  try {
    for (let number = 1; number <= MOST_EXECUTIONS; number += 1) {
      const name = executionName(item, number);
      if (await patiently(() => ports.executions(stateMachineArn).start(name, input), ports) === 'started') { break; }
    }
  } catch (error) {
    const isFinal = error instanceof StartRefused && !error.denied;
    // Asked now, since the tries took their time: what is late by then would be refused without the ledger.
    if (!isFinal && !(isLast() && (error instanceof StartRefused || error instanceof ServiceFault))) { throw error; }
    // No further delivery would start what this one could not. The ledger is in reach, so its answer is the only one.
    return { kind: 'unstartable', item, reason: (error as Error).message };
  }
  ports.log.info('started', { requestId, logicalId: item.logicalId, requestType: type });
  return { kind: 'started' };
}

/** The same for every delivery of a request; at most 80 characters (API: StartExecution). */
function executionName({ id, request: { requestId } }: Item, number: number): string {
  const request = /^[A-Za-z0-9-]{1,56}$/.test(requestId) ? requestId : digest(requestId);
  return `${digest(id)}-${request}${number === 1 ? '' : `-${number}`}`;
}

/** Tries for as long as an invocation has time: what is denied now may be allowed in a moment. */
async function patiently<T>(attempt: () => Promise<T>, ports: Ports): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const mayPass = (error instanceof StartRefused && error.denied) || (error instanceof ServiceFault && error.mayPassLater);
      if (!mayPass || tries >= MOST_TRIES) { throw error; }
      await ports.pause(PAUSE_SECONDS);
    }
  }
}
