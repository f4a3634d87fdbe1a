import { HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { attachedOf } from './attached';
import { ATTACHED_DEEDS, AttachedDeed } from './attached/deeds';
import { NOT_ENABLED, UNSUPPORTED } from './declarations';
import { LOOKS, OUR_ACCESS_KEY } from './notebook';
import { bytes } from './random';
import type { Run } from './run';
import { inProcess } from './transport';
import { disturbKey } from './watch-deeds';
import { REGION, STACK_ID } from './world';
import { paymentCryptography } from '../../src/provider/handler/aws/payment-cryptography';
import { CHANGES } from '../../src/provider/handler/control-plane/operations';
import { Looks } from '../../src/provider/handler/control-plane/port';
import { backgroundLooks } from '../../src/provider/handler/watch/background-looks';
import { compare, Comparison } from '../../src/provider/handler/watch/comparison';
import { PlannedChange } from '../../src/provider/handler/watch/dry-run';
import { examine, Examined, secondLook } from '../../src/provider/handler/watch/examination';
import { Finding } from '../../src/provider/handler/watch/finding';
import { WatchPorts } from '../../src/provider/handler/watch/ports';
import { SettledResource, StackResource, watchedResource } from '../../src/provider/handler/watch/watched-resource';
import { Emulator } from '../emulator';

/*
 * What a watch reports equals what the next deployment would do. At the end of a life, when all is well, each resource is watched and
 * then deployed again without any change; then others do something to it, and it is watched and deployed once more; and after a
 * deployment that succeeded, nothing is found.
 */

let emulator: Emulator;
const requestHandler = {
  handle: async (request: HttpRequest): Promise<{ response: HttpResponse }> => ({ response: await inProcess(emulator)(request) }),
};
/** Who watches has other credentials than who deploys. */
const service = paymentCryptography({ requestHandler, credentials: { accessKeyId: 'AKIAWATCH', secretAccessKey: 'the-secret-access-key' } } as any);

const DEEDS_TO_OTHERS = Object.keys(ATTACHED_DEEDS) as AttachedDeed[];
const DEEDS_AT_ONCE = 3;
const SECONDS_UNTIL_SEEN = 90;
const FAR = new Date('2999-01-01');

/** How the watch of this life was wrong. `seen` counts what was found, by code. */
export async function wrongOfWatch(run: Run, seed: number, seen = new Map<string, number>()): Promise<string[]> {
  emulator = run.emulator;
  const watch = new LifeWatch(run, seen);
  const wrong: string[] = [];
  const random = bytes(seed);
  for (const [logicalId, { skipped }] of run.cloudFormation.resources) {
    if (skipped) { continue; }
    wrong.push(...await watch.judge(logicalId));
    await watch.disturb(logicalId, [...random(DEEDS_AT_ONCE)]);
    wrong.push(...await watch.judge(logicalId));
  }
  return wrong;
}

/** For a life whose watch is judged at its end. */
export function watched(seed: number): (run: Run) => Promise<void> {
  return async run => {
    const wrong = await wrongOfWatch(run, seed);
    if (wrong.length > 0) { throw new Error(wrong.join('\n')); }
  };
}

class LifeWatch {
  private readonly ports: WatchPorts;
  private readonly looks: Looks;

  constructor(private readonly run: Run, private readonly seen: Map<string, number>) {
    const { table } = run.provider;
    this.ports = {
      looks: service,
      ledger: table,
      limiterTable: table,
      sweepTable: { readSweep: async () => undefined, writeSweep: async () => true },
      stackResources: async () => [...run.cloudFormation.resources.keys()].map(logicalId => this.resource(logicalId)),
      publish: async () => {},
      now: () => new Date(this.now()),
      pause: seconds => run.post.pass(seconds),
      write: () => {},
      stackId: STACK_ID,
    };
    this.looks = backgroundLooks(service, table, this.ports, FAR);
  }

  async disturb(logicalId: string, random: readonly number[]): Promise<void> {
    const { run } = this;
    if (attachedOf(run.cloudFormation.resources.get(logicalId)!.declaration.type)) {
      for (const deed of random.map(number => DEEDS_TO_OTHERS[number % DEEDS_TO_OTHERS.length])) {
        run.say(`others ${deed}`);
        await run.attachedOthers.do(deed);
        await run.post.pass(1);
      }
    } else {
      await disturbKey(run, logicalId, random[0]);
    }
    await run.post.pass(SECONDS_UNTIL_SEEN);
  }

  /** Watches a resource, deploys it again as it is, and watches it once more. */
  async judge(logicalId: string): Promise<string[]> {
    const { run } = this;
    const resource = this.resource(logicalId);
    const settled = await watchedResource(resource, STACK_ID, this.ports.ledger, this.ports.now());
    if (settled.kind !== 'settled') { return []; }
    const comparison = await compare(settled.task, this.looks);
    const found = await this.watch(resource);
    ['judged', ...found.findings.map(({ code }) => code)].forEach(what => this.seen.set(what, (this.seen.get(what) ?? 0) + 1));
    const before = run.emulator.log.entries.length;
    const { answer } = await run.cloudFormation.sendAgain(logicalId);
    const made = run.emulator.log.entries.slice(before)
      .filter(({ operation, executed, accessKeyId }) => executed && accessKeyId === OUR_ACCESS_KEY && !LOOKS.has(operation!))
      .map(({ operation, region }) => `${operation} ${region}`);
    const about = (what: string) => `watch of ${logicalId}: ${what}; found ${JSON.stringify(found.findings)}`;
    const wrong = [
      ...differs(planned(comparison, settled), made, one => this.isHopeless(logicalId) || this.mayComeToNothing(one, logicalId)).map(about),
      ...disagrees(comparison, answer!, this.isHopeless(logicalId)).map(about),
      ...found.findings.length === 0 && made.length > 0 ? [about(`nothing is found, but the deployment made ${made}`)] : [],
    ];
    if (answer!.Status === 'SUCCESS') {
      await run.post.pass(SECONDS_UNTIL_SEEN);
      const { findings } = await this.watch(this.resource(logicalId));
      wrong.push(...findings.filter(finding => !this.isAllowed(finding, logicalId)).map(finding => `watch of ${logicalId}, after a deployment that succeeded: ${JSON.stringify(finding)}`));
    }
    return wrong;
  }

  private now(): number {
    return this.run.clock.now();
  }

  private resource(logicalId: string): StackResource {
    const { physicalId, declaration: { type } } = this.run.cloudFormation.resources.get(logicalId)!;
    return { logicalId, physicalId, type };
  }

  private async watch(resource: StackResource): Promise<Examined> {
    return secondLook(await examine(resource, this.looks, this.ports), this.looks, this.ports);
  }

  /** Regions where the service is not there, or the account has not enabled it. */
  private isHopeless(logicalId: string): boolean {
    const { declaration: { declared } } = this.run.cloudFormation.resources.get(logicalId)!;
    return [NOT_ENABLED, UNSUPPORTED].some(region => declared.ReplicationRegions?.includes(region));
  }

  /** Replicas that take no tags, and those that nobody waits for, and so nobody tags before the next deployment. */
  private mayComeToNothing(operation: string, logicalId: string): boolean {
    const { declaration: { declared } } = this.run.cloudFormation.resources.get(logicalId)!;
    const isOfReplica = operation.startsWith('TagResource ') && operation !== `TagResource ${REGION}`;
    return isOfReplica && (this.run.variants.switches.tagsOnReplica === 'ValidationException' || declared.WaitForReplication === false);
  }

  /** What a deployment that succeeds leaves as it is, and notes; or does not wait for. */
  private isAllowed({ code, region }: Finding, logicalId: string): boolean {
    const { declaration: { declared } } = this.run.cloudFormation.resources.get(logicalId)!;
    switch (code) {
      case 'REPLICA_UNDECLARED': return !declared.ReplicationRegions.includes(region);
      case 'TAG_CHANGED': return region !== REGION && declared.WaitForReplication === false;
      case 'REPLICA_FAILED': return declared.WaitForReplication === false || declared.ReplicationRegions === undefined;
      default: return false;
    }
  }
}

function planned({ changes }: Comparison, { untaggable }: SettledResource): string[] {
  return changes.map(change => operationOf(change)).filter(([operation, region]) => !(operation === 'TagResource' && untaggable.includes(region)))
    .map(words => words.join(' '));
}

function operationOf({ name, args }: PlannedChange): [operation: string, region: string] {
  const { operation, region } = CHANGES[name];
  return [operation, region!(...args)];
}

/** What cannot succeed is tried in vain. */
function differs(plan: readonly string[], made: readonly string[], inVain: (one: string) => boolean): string[] {
  const unexpected = made.filter(one => !plan.includes(one));
  const missing = plan.filter(one => !made.includes(one) && !inVain(one));
  return [...unexpected.map(one => `${one} was not expected (${plan.join(', ')})`), ...missing.map(one => `${one} was expected and not made (${made.join(', ')})`)];
}

function disagrees({ end }: Comparison, { Status, Reason }: { readonly Status: string; readonly Reason: string }, hopeless: boolean): string[] {
  switch (end.kind) {
    case 'asDeclared': return Status === 'SUCCESS' || hopeless ? [] : [`it would be as declared, but the deployment failed: ${Reason}`];
    case 'refused': return Status === 'FAILED' ? [] : [`${end.reason}, but the deployment succeeded`];
    case 'waiting':
    case 'unseen': return [];
  }
}
