import * as fc from 'fast-check';
import { REPLICAS } from '../declarations';
import { REGION } from '../world';
import { Attached, notReplicated, tagsIn } from './attached';

export const adoptions: Attached = {
  type: 'Custom::AdoptedPaymentKey',
  logicalIds: ['Adopted'],
  declared: () => fc.record({
    KeyArn: fc.constantFrom('fifth', 'fifth', 'fifth', 'sixth'),
    RestoreIfPending: fc.constantFrom(true, true, false),
    Enabled: fc.constantFrom(undefined, true, false),
    ReplicationRegions: fc.constantFrom<string[] | undefined>([REPLICAS[0]], [...REPLICAS], undefined, []),
    Tags: fc.constantFrom<Record<string, string>>({}, { team: 'cards' }),
    WaitForReplication: fc.constantFrom(true, true, true, false),
    ReplicationTimeoutInMinutes: fc.constantFrom(1, 2, 5),
  }),
  differences: ({ declaration: { declared } }, emulator) => {
    const { KeyArn, Enabled, ReplicationRegions = [], Tags, WaitForReplication } = declared;
    const { key } = emulator.snapshot(REGION).keys.find(one => one.key.KeyArn === KeyArn)!;
    const held = tagsIn(emulator, KeyArn, REGION)!;
    return [
      ...key.KeyState === 'CREATE_COMPLETE' ? [] : [`${KeyArn} is ${key.KeyState}`],
      ...Enabled === undefined || key.Enabled === Enabled ? [] : [`Enabled of ${KeyArn} differs`],
      ...notReplicated(emulator, KeyArn, ReplicationRegions, WaitForReplication),
      ...Object.entries(Tags).filter(([name, value]) => held[name] !== value).map(([name]) => `tag ${name} of ${KeyArn} differs`),
    ];
  },
  // An adopted key and its replicas are never taken away again.
  leftovers: () => [],
};
