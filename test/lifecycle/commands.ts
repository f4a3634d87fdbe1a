import * as fc from 'fast-check';
import { RegionOutcome, REGION_OUTCOMES } from './circumstances';
import { Change, CloudFormation } from './cloudformation';
import { requiredCells } from './coverage';
import { CUSTODIAN_DEEDS } from './custodians';
import { Declaration, declarations, declarationsWithImports, edits, editsWithImports, KeyDeclaration, NamedEdit, REPLICAS } from './declarations';
import { Armed, FaultName, FAULTS, NOT_OF_THE_LAST_RESORT, Point } from './faults';
import { EVENT_KINDS, EventKind, ImportCall, KEY_STATES, KeyState } from './notebook';
import { Deed, DEEDS } from './others';
import { Run } from './run';

export type Command = fc.AsyncCommand<CloudFormation, Run>;

/**
 * A stack takes one operation at a time, and the next one begins when the last has reached its final state (User Guide: stack
 * status codes): their requests never have the same second for their date. Those of an operation and of its rollback may (L2).
 */
const SECONDS_BETWEEN_OPERATIONS = 1;

export const LOGICAL_IDS = ['Cvk', 'Pek', 'Bdk'] as const;

/** What a deployment does with one logical id, whether there is a resource yet or not. */
export interface Intent {
  readonly logicalId: string;
  readonly created: Declaration;
  readonly edited: NamedEdit;
  readonly removed: boolean;
}

export class Deploy implements Command {
  constructor(private readonly intents: readonly Intent[], private readonly othersFailAfter: number | undefined) {}

  check(): boolean { return true; }

  async run(_: CloudFormation, run: Run): Promise<void> {
    run.say(String(this));
    const { kept, resources } = run.cloudFormation;
    await run.post.pass(SECONDS_BETWEEN_OPERATIONS);
    // Whoever removed a resource under RETAIN and declares it again has deployed twice, which takes longer than an answer may be missed (L7).
    if (this.intents.some(({ logicalId }) => kept.has(logicalId) && !resources.has(logicalId))) { await run.post.pass(31); }
    await run.cloudFormation.deploy(this.intents.map(intent => this.change(intent, run)), this.othersFailAfter);
  }

  toString(): string {
    const intents = this.intents.map(({ logicalId, created: { declared, policy, release }, edited, removed }) => [
      `${logicalId}: create ${JSON.stringify({ ...declared, policy, release })}`,
      removed ? 'or remove' : `or ${edited.replaces ? 'replace' : 'update'} ${JSON.stringify(edited.changes)}`,
    ].join(' '));
    return `deploy(${intents.join('; ')}${this.othersFailAfter === undefined ? '' : `; others fail after ${this.othersFailAfter} s`})`;
  }

  private change({ logicalId, created, edited, removed }: Intent, run: Run): Change {
    const existing = run.cloudFormation.resources.get(logicalId);
    if (!existing) { return { logicalId, to: run.written(created) }; }
    return removed
      ? { logicalId, to: undefined }
      : { logicalId, to: run.written(edited.edit(existing.declaration)), replaces: edited.replaces };
  }
}

export class DeleteStack implements Command {
  check({ resources }: CloudFormation): boolean { return resources.size > 0; }

  async run(_: CloudFormation, run: Run): Promise<void> {
    run.say(String(this));
    await run.post.pass(SECONDS_BETWEEN_OPERATIONS);
    await run.cloudFormation.deleteStack();
  }

  toString(): string { return 'deleteStack()'; }
}

export class Arm implements Command {
  constructor(private readonly faults: readonly Armed[]) {}

  check(): boolean { return true; }

  async run(_: CloudFormation, run: Run): Promise<void> {
    run.say(String(this));
    this.faults.forEach(fault => run.plan.arm(fault));
  }

  toString(): string { return `fault(${this.faults.map(fault => JSON.stringify(fault)).join(', ')})`; }
}

export class Happen implements Command {
  constructor(private readonly what: string, private readonly happen: (run: Run) => unknown) {}

  check(): boolean { return true; }

  async run(_: CloudFormation, run: Run): Promise<void> {
    run.say(this.what);
    await this.happen(run);
  }

  toString(): string { return this.what; }
}

/** What makes a creation or a change come to nothing, or nearly. */
const DOOMS = {
  'others delete our key': { isThere: true, befall: (run: Run, logicalId: string) => run.othersDo('delete our key', logicalId) },
  [`${REPLICAS[0]}: Region FAILED`]: { isThere: false, befall: (run: Run) => run.circumstances.region(REPLICAS[0], 'Region FAILED') },
  [`access denied in ${REPLICAS[0]} for 60 s`]: { isThere: false, befall: (run: Run) => run.circumstances.deny(REPLICAS[0], 60) },
};

class Doomed implements Command {
  constructor(
    private readonly doom: keyof typeof DOOMS, private readonly armed: Command, private readonly deploy: Command, private readonly logicalId: string,
  ) {}

  check({ resources }: CloudFormation): boolean { return resources.has(this.logicalId) === DOOMS[this.doom].isThere; }

  async run(model: CloudFormation, run: Run): Promise<void> {
    await DOOMS[this.doom].befall(run, this.logicalId);
    await this.armed.run(model, run);
    await this.deploy.run(model, run);
  }

  toString(): string { return `${this.doom} (${this.logicalId}); ${this.armed}; ${this.deploy}`; }
}

/** Commands that are rarely met in this order by chance. */
export class InTurn implements Command {
  constructor(private readonly parts: readonly Command[]) {}

  check(_: CloudFormation): boolean { return true; }

  async run(model: CloudFormation, run: Run): Promise<void> {
    for (const part of this.parts) { await part.run(model, run); }
  }

  toString(): string { return this.parts.join('; '); }
}

/** Something goes wrong with a change of a key that is not replicated yet, since nobody waited for it. */
class Early extends InTurn {
  constructor(parts: readonly Command[], private readonly logicalId: string) {
    super(parts);
  }

  override check({ resources }: CloudFormation): boolean { return !resources.has(this.logicalId); }
}

const intentOf = (created: fc.Arbitrary<KeyDeclaration>, edited: fc.Arbitrary<NamedEdit>): fc.Arbitrary<Intent> => fc.record({
  logicalId: fc.constantFrom(...LOGICAL_IDS),
  created,
  edited,
  removed: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const deployOf = (intent: fc.Arbitrary<Intent>): fc.Arbitrary<Command> => fc.tuple(
  fc.oneof(
    { weight: 3, arbitrary: intent.map(one => [one]) },
    { weight: 1, arbitrary: fc.uniqueArray(intent, { minLength: 2, maxLength: 3, selector: ({ logicalId }) => logicalId }) },
  ),
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(0, 1, 3, 10, 60) }),
).map(([intents, othersFailAfter]) => new Deploy(intents, othersFailAfter));

/** These wait for the one call of their kind that an event makes, or for its end: twice as often. */
const SELDOM_STRUCK: readonly FaultName[] = ['answer refused', 'answers never arrive', 'start denied', 'request lost', 'killed after a request'];

/** Nobody waits longer for an answer. */
export const lasting = (fault: Armed): Armed => fault.name === 'answers never arrive' ? { ...fault, seconds: 4000 } : fault;

export const arm: fc.Arbitrary<Command> = fc.record({
  name: fc.constantFrom(...Object.keys(FAULTS) as FaultName[], ...SELDOM_STRUCK),
  event: fc.option(fc.constantFrom(...EVENT_KINDS), { nil: undefined }),
  only: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant<Point>('answer') }),
  skip: fc.oneof({ weight: 2, arbitrary: fc.constantFrom(0, 1, 2) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 8 }) }),
  times: fc.constantFrom(1, 1, 1, 2, 3),
  seconds: fc.constantFrom(1, 3, 5, 20, 30, 60, 100, 300),
}).map(fault => new Arm([lasting(fault)]));

/** A fault that waits for the event and the state of the key where it belongs in the table of coverage, however seldom they meet. */
const armCell = (events: readonly EventKind[] = EVENT_KINDS, states: readonly KeyState[] = KEY_STATES): fc.Arbitrary<Command> => fc.record({
  cell: fc.constantFrom(...requiredCells().filter(({ fault, event, state }) => fault in FAULTS && events.includes(event) && states.includes(state))),
  skip: fc.constantFrom(0, 0, 1),
  seconds: fc.constantFrom(1, 5, 30, 100, 300),
}).map(({ cell: { fault, event, state }, ...rest }) => new Arm([lasting({ name: fault as FaultName, event, state, times: 1, ...rest })]));
const CHANGES: readonly EventKind[] = ['Update', 'Replacement', 'Reverse update'];
const [DELETED, FAILED, DENIED] = Object.keys(DOOMS);
const DOOMED = [DELETED, DELETED, DELETED, FAILED, FAILED, DENIED];

/** The service executes what it is asked, and the function does not hear of it. */
export const armDuringCall: fc.Arbitrary<Command> = fc.record({
  name: fc.constantFrom<FaultName>('killed after a request', 'response lost', 'server error after commit', 'executed after the time-out'),
  skip: fc.integer({ min: 0, max: 5 }),
  seconds: fc.constantFrom(1, 30, 60),
}).map(fault => new Arm([{ ...fault, only: 'service', times: 1 }]));

/** The service denies what is asked for a Create or a Delete, while the table stays in reach. */
export const armDenied: fc.Arbitrary<Command> = fc.record({
  event: fc.constantFrom<EventKind>('Create', 'Delete', 'Delete'),
  skip: fc.constantFrom(0, 1, 2),
  seconds: fc.constantFrom(30, 100, 300),
}).map(fault => new Arm([{ ...fault, name: 'access denied', only: 'service', times: 1 }]));

/** A fault of the last resort, and one that calls it. */
export const armLastResort: fc.Arbitrary<Command> = fc.record({
  name: fc.constantFrom(...(Object.keys(FAULTS) as FaultName[]).filter(name => !NOT_OF_THE_LAST_RESORT.includes(name))),
  cause: fc.constantFrom<FaultName>('execution FAILED', 'execution TIMED_OUT', 'execution ABORTED'),
  skip: fc.constantFrom(0, 1, 2, 3, 4),
}).map(({ name, cause, skip }) => new Arm([
  { name: cause, skip, times: 1, seconds: 5 },
  { name, event: 'Last resort', skip: 0, times: 1, seconds: 60 },
]));

/** An execution ends, nobody is told of it, and Lambda delivers the event again (L9). */
export const armRevival: fc.Arbitrary<Command> = fc.record({
  cause: fc.constantFrom<FaultName>('execution FAILED', 'execution TIMED_OUT', 'execution ABORTED'),
  rule: fc.constantFrom<FaultName>('event of the rule lost', 'event of the rule late'),
  skip: fc.constantFrom(0, 1, 2),
  seconds: fc.constantFrom(20, 60, 300),
}).map(({ cause, rule, skip, seconds }) => new Arm([
  { name: 'delivered twice', skip: 0, times: 1, seconds },
  { name: cause, skip, times: 1, seconds: 5 },
  { name: rule, skip: 0, times: 1, seconds },
]));

/** CloudFormation's bucket takes no answer to a creation, so that the creation is given up (L7). */
const armUntaken: fc.Arbitrary<Command> = fc.constant(new Arm([{ name: 'answers never arrive', event: 'Create', skip: 0, times: 1, seconds: 4000 }]));

export const happeningsOfRegions: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(fc.constantFrom(...REPLICAS), fc.constantFrom(...Object.keys(REGION_OUTCOMES) as RegionOutcome[])).map(([region, outcome]) =>
    new Happen(`${region}: ${outcome}`, run => run.circumstances.region(region, outcome))),
  fc.constantFrom(5, 20, 60).map(seconds => new Happen(`GetKey does not find keys younger than ${seconds} s`, run => run.circumstances.keysNotFoundAtFirst(seconds))),
  fc.tuple(fc.constantFrom(...REPLICAS), fc.constantFrom(60, 600)).map(([region, seconds]) =>
    new Happen(`access denied in ${region} for ${seconds} s`, run => run.circumstances.deny(region, seconds))),
  fc.constantFrom(1, 60, 4 * 86_400).map(seconds => new Happen(`${seconds} s pass`, run => run.post.pass(seconds))),
  fc.nat(20).map(back => new Happen(`an earlier event comes again (${back} back)`, run => run.redeliver(back))),
);

const happenings: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: happeningsOfRegions },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom<Deed>(...DEEDS), fc.constantFrom(...LOGICAL_IDS)).map(([deed, logicalId]) =>
      new Happen(`others ${deed} (${logicalId})`, run => run.othersDo(deed, logicalId))),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...LOGICAL_IDS).map(logicalId => new Happen(`the ledger loses ${logicalId}`, run => run.loseItem(logicalId))),
  },
);

/** Something goes wrong with a key that others deleted, or with one that comes to nothing because of a Region. */
const doomedOf = (intent: fc.Arbitrary<Intent>): fc.Arbitrary<Command> => fc.constantFrom(...DOOMED).chain(doom => fc.record({
  armed: fc.oneof(arm, armCell(DOOMS[doom].isThere ? CHANGES : ['Create'], ['deleted'])),
  intent,
  othersFailAfter: fc.constantFrom(undefined, undefined, 1),
}).map(({ armed, intent: one, othersFailAfter }) =>
  new Doomed(doom, armed, new Deploy([{ ...one, removed: false }], othersFailAfter), one.logicalId)));

const earlyOf = (intent: fc.Arbitrary<Intent>): fc.Arbitrary<Command> => fc.constantFrom(false, false, false, true).chain(removed => fc.record({
  armed: fc.oneof(arm, armCell(removed ? ['Delete'] : CHANGES, ['replicating'])),
  intent,
  othersFailAfter: fc.constantFrom(undefined, undefined, 1),
}).map(({ armed, intent: one, othersFailAfter }) => {
  const declared = { ...one.created.declared, WaitForReplication: false };
  const created = { ...one.created, declared, ...removed ? { policy: 'DESTROY' as const } : {} };
  const creation = new Deploy([{ ...one, created, removed: false }], undefined);
  return new Early([creation, armed, new Deploy([{ ...one, removed }], othersFailAfter)], one.logicalId);
}));

const MOST_COMMANDS = 30;

/** Lives of keys. `more` are commands that only some of them have. */
function livesOf(intent: fc.Arbitrary<Intent>, ...more: readonly fc.Arbitrary<Command>[]) {
  const deploy = deployOf(intent);
  return fc.commands<CloudFormation, Run>([
    deploy, deploy, arm, arm, happenings, deploy, arm, armCell(), armLastResort, fc.oneof(armRevival, armUntaken),
    doomedOf(intent), earlyOf(intent), fc.constant(new DeleteStack()),
    ...more,
  ], {
    maxCommands: MOST_COMMANDS, size: 'max',
  });
}

export const commands = livesOf(intentOf(declarations, edits));

/** Faults at the two calls of an import: the reading of the wrapped key, and ImportKey. */
const armAtImport: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ call: fc.constant<ImportCall>('the reading'), name: fc.constantFrom(...namesOf('wrapped key')), skip: fc.constantFrom(0, 0, 1) }),
  fc.record({ call: fc.constant<ImportCall>('ImportKey'), name: fc.constantFrom(...namesOf('service')), skip: fc.constantFrom(0, 0, 1) }),
).chain(fault => fc.record({ times: fc.constantFrom(1, 1, 2), seconds: fc.constantFrom(1, 5, 30, 100, 300) })
  .map(rest => new Arm([{ ...fault, ...rest }])));

function namesOf(point: Point): FaultName[] {
  return (Object.keys(FAULTS) as FaultName[]).filter(name => (FAULTS[name].at as readonly Point[]).includes(point));
}

const withImports = intentOf(declarationsWithImports, editsWithImports);

export const commandsWithImports = livesOf(
  withImports,
  fc.tuple(armAtImport, deployOf(withImports.map(one => ({ ...one, removed: false })))).map(parts => new InTurn(parts)),
  fc.constantFrom(...CUSTODIAN_DEEDS).map(deed => new Happen(`custodians ${deed}`, run => run.custodians?.do(deed))),
);
