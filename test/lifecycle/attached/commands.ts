import * as fc from 'fast-check';
import { arm, armLastResort, armRevival, Command, DeleteStack, Deploy, Happen, happeningsOfRegions, Intent } from '../commands';
import { Declaration, NamedEdit, policies } from '../declarations';
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

const intent: fc.Arbitrary<Intent> = fc.constantFrom(...ATTACHED.flatMap(attached => attached.logicalIds.map(logicalId => ({ attached, logicalId }))))
  .chain(({ attached, logicalId }) => fc.record({
    logicalId: fc.constant(logicalId),
    created: declaration(attached, logicalId),
    edited: edit(attached, logicalId),
    removed: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  }));

const deploy: fc.Arbitrary<Command> = fc.tuple(
  fc.uniqueArray(intent, { minLength: 1, maxLength: 3, selector: ({ logicalId }) => logicalId }),
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(0, 1, 3, 10) }),
).map(([intents, othersFailAfter]) => new Deploy(intents, othersFailAfter));

const deeds: fc.Arbitrary<Command> = fc.constantFrom(...Object.keys(ATTACHED_DEEDS) as AttachedDeed[])
  .map(deed => new Happen(`others ${deed}`, run => run.attachedOthers.do(deed)));

/** Lives of resources that make no key. */
export const attachedCommands = fc.commands<any, any>([
  deploy, deploy, deploy, arm, arm, armLastResort, armRevival, happeningsOfRegions, deeds, fc.constant(new DeleteStack()),
], {
  maxCommands: 24, size: 'max',
});

