import { TimeIsOver } from './background-looks';
import { compare } from './comparison';
import { Seen } from './dry-run';
import { Finding, identityOf } from './finding';
import { findingsOf, Subject } from './findings';
import { WatchPorts } from './ports';
import { subjectOf } from './subject';
import { isStillSettled, StackResource, watchedResource } from './watched-resource';
import { ServiceFault } from '../control-plane/fault';
import { parseKeyArn } from '../control-plane/key-arn';
import { Looks } from '../control-plane/port';

/*
 * One resource: how it differs from its declaration. What differs is looked at twice, since an alias that was moved, or a key that was
 * made, shows everywhere only after a moment: only what both looks find is found.
 */

export interface Examined {
  /** `compared`: all that differs is found. `notCompared`: nobody knows what else differs. `skipped`: it is being deployed, or has left the stack. */
  readonly kind: 'compared' | 'notCompared' | 'skipped';
  readonly resource: StackResource;
  /** When the looks were over, which may have waited for the queue of a Region. */
  readonly at: Date;
  readonly findings: readonly Finding[];
  /** Of a key: its Regions and their states, as the service answered. */
  readonly regions: Readonly<Record<string, string>>;
}

const SECONDS_UNTIL_SECOND_LOOK = 60;
/** After the first. */
const MOST_LOOKS = 3;

export async function examine(resource: StackResource, looks: Looks, ports: WatchPorts): Promise<Examined> {
  try {
    const watched = await watchedResource(resource, ports.stackId, ports.ledger, ports.now());
    switch (watched.kind) {
      case 'beingDeployed': return skipped(resource, ports);
      case 'unsettled': return notCompared(resource, ports, watched.reason);
      case 'settled': {
        const subject = subjectOf(watched);
        const comparison = await compare(watched.task, looks);
        // A deployment that began meanwhile may have changed what was seen.
        if (!await isStillSettled(watched, ports.ledger)) { return skipped(resource, ports); }
        return {
          resource,
          at: ports.now(),
          kind: comparison.end.kind === 'unseen' ? 'notCompared' : 'compared',
          findings: findingsOf(subject, comparison),
          regions: regionStates(subject, comparison.seen),
        };
      }
    }
  } catch (error) {
    if (error instanceof TimeIsOver) { throw error; }
    // One resource that cannot be compared keeps nobody from watching the others.
    return notCompared(resource, ports, error instanceof ServiceFault ? error.message : `internal error of cdk-multi-region-payment-keys, please report it: ${String(error)}`);
  }
}

function skipped(resource: StackResource, ports: Pick<WatchPorts, 'now'>): Examined {
  return { kind: 'skipped', resource, at: ports.now(), findings: [], regions: {} };
}

/** Looks once more at what is not as declared, a minute after the first look; and again, should the two not be of the same kind. */
export async function secondLook(first: Examined, looks: Looks, ports: WatchPorts, tries = MOST_LOOKS): Promise<Examined> {
  if (first.findings.length === 0) { return first; }
  const seconds = SECONDS_UNTIL_SECOND_LOOK - (ports.now().getTime() - first.at.getTime()) / 1000;
  if (seconds > 0) { await ports.pause(seconds); }
  const resource = first.kind === 'notCompared' ? await asListedNow(first.resource, ports) : first.resource;
  if (!resource) { return skipped(first.resource, ports); }
  const second = await examine(resource, looks, ports);
  if (second.kind !== first.kind && second.kind !== 'skipped' && tries > 1) { return secondLook(second, looks, ports, tries - 1); }
  const before = new Set(first.findings.map(identityOf));
  // Two looks that were not answered prove that the resource is not watched, whichever looks they were.
  const isUnseen = first.kind === 'notCompared' && second.kind === 'notCompared';
  return { ...second, findings: second.findings.filter(finding => before.has(identityOf(finding)) || isUnseen && finding.code === 'NOT_WATCHED') };
}

/** The provider's table knows first of a deployment that replaced or deleted a resource, so a list from before disagrees with it. */
async function asListedNow({ logicalId }: StackResource, ports: WatchPorts): Promise<StackResource | undefined> {
  return (await ports.stackResources()).find(one => one.logicalId === logicalId);
}

function notCompared(resource: StackResource, { stackId, now }: WatchPorts, message: string): Examined {
  const { logicalId, physicalId, type } = resource;
  const key = parseKeyArn(physicalId);
  const region = stackId.split(':')[3];
  return {
    kind: 'notCompared',
    resource,
    at: now(),
    regions: {},
    findings: [{
      code: 'NOT_WATCHED',
      logicalId,
      resourceType: type,
      ...key ? { keyArn: physicalId } : {},
      region,
      declared: 'a resource whose last deployment succeeded',
      found: 'otherwise',
      message,
      command: `aws cloudformation describe-stack-resource --region ${region} --stack-name ${stackId} --logical-resource-id ${logicalId}`,
    }],
  };
}

function regionStates({ keyArn, isOfKey }: Subject, seen: Seen): Readonly<Record<string, string>> {
  const look = keyArn === undefined || !isOfKey ? { kind: 'notAsked' as const } : seen.key(keyArn);
  switch (look.kind) {
    case 'notAsked': return {};
    case 'notFound': return { [parseKeyArn(keyArn!)!.region]: 'NOT_FOUND' };
    case 'answer': {
      const { state, enabled, replication } = look.value;
      return {
        [parseKeyArn(keyArn!)!.region]: enabled || state !== 'CREATE_COMPLETE' ? state : 'DISABLED',
        // A disabled key is refused in every Region, however well it is replicated.
        ...Object.fromEntries(replication.map(({ region, status }) => [region, enabled ? status : `${status}, DISABLED`])),
      };
    }
  }
}
