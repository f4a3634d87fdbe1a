/**
 * The tables of the reference: presets, warnings, errors, codes of log lines and Regions. What the code says is taken from there; what
 * it cannot say stands here, and `reference.test.ts` holds it to the code. `npx tsx test/api/reference.ts` prints all of them as Markdown.
 */
import { documentedErrors } from './errors';
import { PaymentKeySpec } from '../../src';
import { INVENTORY_LOG_CODES } from '../../src/inventory/contract/log-codes';
import { ruleOf } from '../../src/private/key-combinations';
import { SERVICE_REGIONS } from '../../src/private/regions';
import { FINDING_CODES } from '../../src/provider/contract/finding-codes';
import { LOG_CODES } from '../../src/provider/contract/log-codes';
import { WATCH_LOG_CODES } from '../../src/provider/contract/watch';

/** Presets of PaymentKeySpec, and what the trade calls such keys: the first name is that of the service's documentation or of TR-31. */
export const TRADE_NAMES: Readonly<Record<string, readonly string[]>> = {
  baseDerivation: ['BDK'],
  cardVerification: ['CVK'],
  dataEncryption: ['DEK'],
  asymmetricDataEncryption: [],
  publicKeyEncryption: [],
  emvApplicationCryptograms: ['IMK-AC', 'MKAC'],
  emvConfidentiality: ['IMK-SMC', 'MKSMC', 'IMK-ENC'],
  emvIntegrity: ['IMK-SMI', 'MKSMI', 'IMK-MAC'],
  emvDynamicNumbers: ['IMK-DN', 'MKDN', 'IMK-CVC3'],
  emvCardPersonalization: ['KMC'],
  emvOther: ['IMK'],
  keyEncryption: ['KEK', 'ZMK', 'ZCMK', 'TMK'],
  keyBlockProtection: ['KBPK'],
  tr34: ['KRD and KDH key pairs'],
  keyAgreement: [],
  macIso16609: ['MAK'],
  macIso9797Algorithm1: ['MAK'],
  macIso9797Algorithm3: ['MAK', 'TAK', 'ZAK'],
  cmac: ['MAK'],
  hmac: [],
  pinEncryption: ['PEK', 'ZPK', 'TPK', 'AWK', 'IWK'],
  pinGeneration: ['PGK'],
  digitalSignature: [],
  signatureVerification: [],
  ibm3624PinVerification: ['PVK'],
  visaPinVerification: ['PVK'],
};

/** Ids of warnings, without the prefix of the library, and when each is given. `<Region>` stands for one. */
export const WARNINGS: Readonly<Record<string, string>> = {
  'unknownRegion-<Region>': 'a Region that this version does not know the service in',
  'unknownKeyUsage': 'a key usage that this version does not know, so that the combination is not checked',
  'unknownKeyAlgorithm': 'a key algorithm that this version does not know, so that the combination is not checked',
  'unpublishedKeyCombination': 'usage, algorithm and modes of use that the service does not publish together, and may refuse',
  'keyNotUsableInOperations': 'a key that the service creates, but that no cryptographic operation accepts',
  'resourcePolicyNotReplicated': 'a resource policy of a key with replicas, which cannot have one',
  'organizationInResourcePolicy': 'a share with an organization, whose resource policy the service may take for a public one',
  'adoptedKeyOfTemplate': 'adoption of a key that a native CfnKey of the app goes on declaring',
  'nativeKeyListsRegions': 'KeyReplication of a native CfnKey that lists replicationRegions itself',
  'keyDestroyedByAspect': 'a key that an aspect, such as RemovalPolicies.of(…).destroy(), made DESTROY',
  'importWithoutCheckValue': 'an import that proves neither the sender nor the key, without the check value that would',
  'grantToOtherAccount': 'a grant to somebody of another account, who needs a resource policy besides',
  'eventsInOtherRegion': 'a rule for events of a known Region, in a stack whose Region is not known',
  'proxyIgnored': 'a proxy in the environment of the function, on a runtime that does not obey it',
  'previousVersionDisabled': 'a rotation whose version before the current one is disabled',
  'rotationWithoutPrevious': 'a rotation that deletes versions, whose current one is the first of the list',
  'deadLetterQueuePolicyNotChanged': 'an imported dead-letter queue, or its KMS key, whose policy the stack cannot change',
  'encryptionKeyPolicyNotChanged': 'an imported KMS key for the provider, whose policy the stack cannot change',
  'rolePolicyNotAttached': 'a role for the function that the stack must not change',
  'stateMachineRolePolicyNotAttached': 'a role for the state machine that the stack must not change',
  'vpcWithoutEndpoints': 'a function in isolated subnets of a VPC of the app that lacks endpoints which it needs',
  'aliasNotDeclared': 'a function that names a key of the app by an alias which no construct of the app declares',
  'bindingAcrossRegions': 'a function that refers to a key of a stack in another Region',
  'isolatedSubnets-<Region>': 'a function in isolated subnets, which a resource needs to reach another Region',
};

export interface Preset {
  readonly name: string;
  readonly tradeNames: readonly string[];
  /** As in TR-31, for example C0. */
  readonly tr31: string;
  readonly usage: string;
  readonly algorithms: readonly string[];
  readonly algorithm: string;
  readonly modesOfUse: string;
}

/** The presets there are, as the code makes them. */
export function presets(): Preset[] {
  const all = PaymentKeySpec as unknown as Record<string, () => PaymentKeySpec>;
  return Object.getOwnPropertyNames(PaymentKeySpec).filter(name => typeof all[name] === 'function' && name !== 'of').map(name => {
    const { usage, algorithm, modesOfUse } = all[name]();
    const { algorithms, unpublished = [] } = ruleOf(usage.value)!;
    return {
      name,
      usage: usage.value,
      tr31: usage.value.split('_')[1],
      tradeNames: TRADE_NAMES[name] ?? [],
      algorithms: [...algorithms, ...unpublished],
      algorithm: algorithm.value,
      modesOfUse: `${modesOfUse}`,
    };
  });
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
const code = (text: string) => `\`${text}\``;

/** Each table, by what it is of. */
export const TABLES: Readonly<Record<string, () => string>> = {
  presets: () => table(['preset', 'in the trade', 'TR-31', 'algorithms', 'default'], presets().map(({ name, tradeNames, tr31, algorithms, algorithm, modesOfUse }) =>
    [code(name), tradeNames.join(', '), tr31, algorithms.join(', '), `${algorithm}, ${modesOfUse}`])),
  warnings: () => table(['id', 'when'], Object.entries(WARNINGS).map(([id, when]) => [code(`cdk-multi-region-payment-keys:${id}`), when])),
  errors: () => {
    const all = documentedErrors();
    const names = [...new Set(all.map(({ error }) => error))].sort();
    return table(['name', 'when'], names.map(name => [code(name), [...new Set(all.filter(({ error }) => error === name).map(({ when }) => when))].join('; ')]));
  },
  logCodes: () => table(['code', 'what the line says'], Object.entries({ ...LOG_CODES, ...WATCH_LOG_CODES, ...INVENTORY_LOG_CODES }).map(([name, meaning]) => [code(name), meaning])),
  findingCodes: () => table(['code', 'what it means'], Object.entries(FINDING_CODES).map(([name, meaning]) => [code(name), meaning])),
  regions: () => table(['Region', 'place'], [...SERVICE_REGIONS].map(([region, place]) => [code(region), place])),
};

if (require.main === module) {
  process.stdout.write(Object.entries(TABLES).map(([what, make]) => `## ${what}\n\n${make()}\n`).join('\n'));
}
