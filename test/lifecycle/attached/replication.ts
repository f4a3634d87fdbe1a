import * as fc from 'fast-check';
import { REPLICAS } from '../declarations';
import { Attached, lastlyOurs, notReplicated, ours, replicationOf } from './attached';
import { KEY_REPLICATION } from '../../../src/provider/contract/key-replication';

export const replications: Attached = {
  type: KEY_REPLICATION,
  logicalIds: ['Replication'],
  declared: () => fc.record({
    KeyArn: fc.constantFrom('third', 'third', 'third', 'fourth'),
    ReplicationRegions: fc.constantFrom<string[]>([...REPLICAS], [REPLICAS[0]], [REPLICAS[1]], []),
    WaitForReplication: fc.constantFrom(true, true, true, false),
    ReplicationTimeoutInMinutes: fc.constantFrom(1, 2, 5),
  }),
  differences: ({ declaration: { declared: { KeyArn, ReplicationRegions, WaitForReplication } } }, emulator) =>
    notReplicated(emulator, KeyArn, ReplicationRegions, WaitForReplication),
  leftovers: (_, declared, emulator, { third, fourth }) => ours(emulator, 'AddKeyReplicationRegions')
    .filter(({ keyArn }) => [third, fourth].includes(keyArn!)).flatMap(({ keyArn, input }) =>
      ((input as any).ReplicationRegions as string[])
        .filter(region => ![undefined, 'DELETE_IN_PROGRESS'].includes(replicationOf(emulator, keyArn!)[region]))
        .filter(region => lastlyOurs(emulator, 'AddKeyReplicationRegions', one => one.KeyIdentifier === keyArn && one.ReplicationRegions.includes(region)))
        .filter(region => !declared.some(({ KeyArn, ReplicationRegions }) => KeyArn === keyArn && ReplicationRegions.includes(region)))
        .map(region => ({ names: [keyArn!], text: `${region} of ${keyArn}` }))),
};
