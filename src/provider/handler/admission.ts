import { createHash } from 'crypto';
import { ExecutionState } from './execution-state';
import { Executions } from './executions/port';
import { parseKeyArn } from './key-arn';
import { Ports } from './ports';
import { Owner, Task } from './reconcilers/turn';
import { RefusedRequest, refusal, Request } from './request';
import { RESOURCE_TYPES, ResourceType } from './resource-types';
import { ContractError } from '../contract/codec';
import { envelope, LEAST_MINUTES_OF_DELETE } from '../contract/envelope';

/** Minutes after the declared timeout: when work stops, when the state machine itself stops. */
const WORK = 1;
const WORK_OF_DELETE = 2;
const OVERDUE = 4;

export interface Admitted {
  readonly stateMachineArn: string;
  readonly executionName: string;
  readonly state: ExecutionState;
}

/** Refuses what can be known to be wrong before anything is started, and so before anything is made. */
export function admit(request: Request, now: Date): Admitted {
  const type = resourceType(request);
  const task = decoded(request, type);
  if (request.RequestType !== 'Delete') {
    const refused = type.reconciler.refuse(task.declared, task.owner);
    if (refused) { throw new RefusedRequest(refused); }
  }
  const isDelete = request.RequestType === 'Delete';
  const minutes = isDelete ? Math.max(type.timeoutInMinutes(task.declared), LEAST_MINUTES_OF_DELETE) : type.timeoutInMinutes(task.declared);
  const sent = sentAt(request, now);
  const after = (extra: number) => new Date((sent ?? now).getTime() + (minutes + extra) * 60_000);
  const deadline = after(isDelete ? WORK_OF_DELETE : WORK);
  return {
    stateMachineArn: decodedOrRefused(() => envelope.decode(request.ResourceProperties, '')).StateMachineArn,
    executionName: executionName(request),
    state: {
      request,
      startedAt: now.toISOString(),
      sentAt: sent?.toISOString(),
      deadline: deadline.toISOString(),
      overdueAt: after(OVERDUE).toISOString(),
      turn: 0,
      waitSeconds: 0,
      waitingFor: 'the first step',
      memory: {},
    },
  };
}

/** When CloudFormation sent the request, if its URL tells: Lambda may deliver it again minutes later, but CloudFormation's clock runs. */
function sentAt({ ResponseURL }: Request, now: Date): Date | undefined {
  const [, year, month, day, hour, minute, second] = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(ResponseURL) ?? [];
  if (!year) { return undefined; }
  const sent = new Date(Date.UTC(+year, +month - 1, +day, +hour, +minute, +second));
  return sent < now ? sent : now;
}

export function resourceType(request: Request): ResourceType {
  const type = Object.hasOwn(RESOURCE_TYPES, request.ResourceType) ? RESOURCE_TYPES[request.ResourceType] : undefined;
  if (!type) {
    throw new RefusedRequest(`this provider does not know the resource type ${request.ResourceType}. It knows ${Object.keys(RESOURCE_TYPES).join(', ')}`);
  }
  return type;
}

/** The request in the words of the reconcilers. */
export function taskOf(request: Request, interrupted: boolean): Task<any> {
  return { ...decoded(request, resourceType(request)), interrupted };
}

function decoded(request: Request, type: ResourceType): Task<any> {
  const [, , , region, account] = request.StackId.split(':');
  const arn = parseKeyArn(request.PhysicalResourceId ?? '');
  if (arn && (arn.account !== account || arn.region !== region)) {
    throw new RefusedRequest(`${request.PhysicalResourceId} is not of this stack's account ${account} and Region ${region}`);
  }
  return {
    declared: decodedOrRefused(() => type.properties.decode(request.ResourceProperties, '')),
    previous: previous(request, type),
    physicalId: request.PhysicalResourceId,
    owner: ownerOf(request),
    interrupted: false,
  };
}

export function ownerOf(request: Request): Owner {
  return { region: request.StackId.split(':')[3], stackId: request.StackId, logicalId: request.LogicalResourceId, requestId: request.RequestId };
}

/** When an update was refused for its properties, the rollback that follows has them as its old ones. */
function previous(request: Request, type: ResourceType): unknown {
  try {
    return request.OldResourceProperties && type.properties.decode(request.OldResourceProperties, '');
  } catch (error) {
    if (error instanceof ContractError) { return undefined; }
    throw error;
  }
}

function decodedOrRefused<T>(decode: () => T): T {
  try { return decode(); } catch (error) { throw refusal(error); }
}

/** All executions for one resource share this beginning. */
export function executionPrefix(request: Request): string {
  return `${digest(request.LogicalResourceId)}-`;
}

/** The same for every delivery of a request; at most 80 characters (API: StartExecution). */
export function executionName(request: Request): string {
  const id = /^[A-Za-z0-9-]{1,60}$/.test(request.RequestId) ? request.RequestId : digest(request.RequestId);
  return executionPrefix(request) + id;
}

/** Whether an execution is that of this request. */
export function isExecutionOf(request: Request): (execution: { readonly arn: string }) => boolean {
  const end = `:${executionName(request)}`;
  return ({ arn }) => arn.endsWith(end);
}

/** The executions of the state machine that works for a request. */
export function executionsOf({ request }: ExecutionState, ports: Ports): Executions {
  return ports.executions(String(request.ResourceProperties.StateMachineArn));
}

function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16);
}
