import * as fc from 'fast-check';
import { REPLICAS } from '../declarations';
import { REGION } from '../world';
import { Attached, keyIdOf, lastlyOurs } from './attached';
import { REGIONAL_ALIAS } from '../../../src/provider/contract/regional-alias';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  CvkAlias: ['alias/cvk', 'alias/cvk-new'],
  PekAlias: ['alias/pek', 'alias/pin/pek'],
};
const EVERYWHERE = [REGION, ...REPLICAS];

export const aliases: Attached = {
  type: REGIONAL_ALIAS,
  logicalIds: Object.keys(NAMES),
  declared: logicalId => fc.record({
    AliasName: fc.constantFrom(...NAMES[logicalId]),
    KeyArn: fc.constantFrom('first', 'second'),
    Regions: fc.constantFrom(EVERYWHERE, [REGION], [REGION, REPLICAS[0]], [...REPLICAS]),
    ReplicationTimeoutInMinutes: fc.constantFrom(1, 2, 5),
  }),
  differences: ({ declaration: { declared: { AliasName, KeyArn, Regions } } }, emulator) => (Regions as string[])
    .filter(region => emulator.snapshot(region).aliases[AliasName] !== keyIdOf(KeyArn))
    .map(region => `${AliasName} in ${region} is not of ${KeyArn}`),
  // One that others moved since is theirs.
  leftovers: (logicalId, declared, emulator, { first, second }) => NAMES[logicalId].flatMap(name => EVERYWHERE
    .filter(region => [first, second].map(keyIdOf).includes(emulator.snapshot(region).aliases[name] ?? ''))
    .filter(region => !declared.some(({ AliasName, Regions }) => AliasName === name && Regions.includes(region)))
    .filter(region => lastlyOurs(emulator, 'CreateAlias', (input, where) => where === region && input.AliasName === name))
    .map(region => ({ names: [name], text: `${name} in ${region}` }))),
};
