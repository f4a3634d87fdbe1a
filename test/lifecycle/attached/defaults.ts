import * as fc from 'fast-check';
import { REPLICAS } from '../declarations';
import { REGION } from '../world';
import { Attached, lastlyOurs } from './attached';
import { ACCOUNT_DEFAULT_REPLICATION } from '../../../src/provider/contract/account-default-replication';

export const defaults: Attached = {
  type: ACCOUNT_DEFAULT_REPLICATION,
  logicalIds: ['Defaults'],
  declared: () => fc.record({ Regions: fc.constantFrom<string[]>([...REPLICAS], [REPLICAS[0]], [REPLICAS[1]]) }),
  differences: ({ declaration: { declared: { Regions } } }, emulator) => (Regions as string[])
    .filter(region => !emulator.snapshot(REGION).defaultReplicationRegions.includes(region))
    .map(region => `${region} is no default`),
  leftovers: (_, declared, emulator) => emulator.snapshot(REGION).defaultReplicationRegions
    .filter(region => lastlyOurs(emulator, 'EnableDefaultKeyReplicationRegions', input => input.ReplicationRegions.includes(region)))
    .filter(region => !declared.some(({ Regions }) => Regions.includes(region)))
    .map(region => ({ names: [region], text: `the default ${region}` })),
};
