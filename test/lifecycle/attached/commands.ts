import * as fc from 'fast-check';
import { Arm, arm, armDenied, armDuringCall, armLastResort, armRevival, Command, DeleteStack, Deploy, Happen, happeningsOfRegions, InTurn, Intent, lasting } from '../commands';
import { Declaration, NamedEdit, policies } from '../declarations';
import { FaultName, FAULTS, OF_A_WRAPPED_KEY } from '../faults';
import { Attached } from './attached';
import { ATTACHED_DEEDS, AttachedDeed } from './deeds';
import { ATTACHED } from './index';

const declaration = (attached: Attached, logicalId: string): fc.Arbitrary<Declaration> => fc.record({
  type: fc.constant(attached.type),
  declared: attached.declared(logicalId),
  policy: policies,
  release: fc.constant('current' as const),
});

/** Some members of another declaration in place of the former ones. */
const edit = (attached: Attached, logicalId: string): fc.Arbitrary<NamedEdit> => attached.declared(logicalId)
  .chain(other => fc.subarray(Object.keys(other), { minLength: 1 }).map(names => Object.fromEntries(names.map(name => [name, other[name]]))))
  .map(changes => ({
    replaces: 'AliasName' in changes || 'KeyArn' in changes,
    changes,
    edit: ({ declared, ...rest }: Declaration) => ({ ...rest, declared: { ...declared, ...changes } }),
  }));

const intentOf = (attached: Attached, logicalId: string): fc.Arbitrary<Intent> => fc.record({
  logicalId: fc.constant(logicalId),
  created: declaration(attached, logicalId),
  edited: edit(attached, logicalId),
  removed: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const intent: fc.Arbitrary<Intent> = fc.constantFrom(...ATTACHED.flatMap(attached => attached.logicalIds.map(logicalId => ({ attached, logicalId }))))
  .chain(({ attached, logicalId }) => intentOf(attached, logicalId));

const deploy: fc.Arbitrary<Command> = fc.tuple(
  fc.uniqueArray(intent, { minLength: 1, maxLength: 3, selector: ({ logicalId }) => logicalId }),
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(0, 1, 3, 10) }),
).map(([intents, othersFailAfter]) => new Deploy(intents, othersFailAfter));

const deedOf = (deed: AttachedDeed): Command => new Happen(`others ${deed}`, run => run.attachedOthers.do(deed));
const deeds: fc.Arbitrary<Command> = fc.constantFrom(...Object.keys(ATTACHED_DEEDS) as AttachedDeed[]).map(deedOf);

/** What others do to a resource that is there, or will be. */
const DEEDS_ABOUT: ReadonlyArray<readonly [logicalId: string, deeds: readonly AttachedDeed[]]> = [
  ['CvkAlias', ['move our alias', 'delete our alias']],
  ['CvkTags', ['tag the key']],
  ['Replication', ['replicate the key', 'remove the replica']],
  ['Defaults', ['enable the default', 'disable the default']],
];

const noFaultsLeft = new Happen('no fault is armed any more', run => run.plan.clear());

/**
 * A resource is declared, perhaps with a fault at its calls, meets others perhaps, and is taken out of the template again. Other
 * faults would only keep these few from meeting.
 */
const shortLife: fc.Arbitrary<Command> = fc.constantFrom(...DEEDS_ABOUT).chain(([logicalId, about]) => {
  const attached = ATTACHED.find(({ logicalIds }) => logicalIds.includes(logicalId))!;
  return fc.tuple(
    fc.oneof(fc.constant([]), fc.oneof(armDuringCall, armDenied).map(armed => [armed])),
    intentOf(attached, logicalId),
    fc.oneof(fc.constant([]), fc.constantFrom(...about).map(deed => [deedOf(deed)])),
  );
}).map(([armed, intended, met]) => {
  const one: Intent = { ...intended, created: { ...intended.created, policy: 'DESTROY' } };
  return new InTurn([
    noFaultsLeft, ...armed, new Deploy([{ ...one, removed: false }], undefined), ...met, new Deploy([{ ...one, removed: true }], undefined),
  ]);
});

/** A fault that waits for a resource of one type: each of the table's cells has its arms. */
const armType: fc.Arbitrary<Command> = fc.record({
  name: fc.constantFrom(...(Object.keys(FAULTS) as FaultName[]).filter(name => !OF_A_WRAPPED_KEY.includes(name))),
  state: fc.constantFrom(...ATTACHED.map(({ type }) => type)),
  skip: fc.constantFrom(0, 0, 1),
  seconds: fc.constantFrom(1, 5, 30, 100),
}).map(fault => new Arm([lasting({ ...fault, times: 1 })]));

const anything = [
  deploy, deploy, deploy, arm, arm, armType, armType, armLastResort, armRevival, happeningsOfRegions, deeds, fc.constant(new DeleteStack()),
];
const shortLives = [shortLife, shortLife, shortLife, deeds];

/** Lives of resources that make no key: many that may meet anything, or one short life after the other. */
export const attachedCommands = fc.oneof(...[anything, shortLives].map(kinds => fc.commands<any, any>(kinds, { maxCommands: 24, size: 'max' })));
