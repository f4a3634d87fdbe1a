/**
 * Whatever order a user gives constructs by `addDependency`, the template has no circle.
 *
 * A program is a list of constructs, each of which may refer to earlier ones, and of edges between them. Edges that would close a
 * circle by themselves, together with the references, are left out: such a circle is the user's own. What is under a construct
 * belongs to it, as it does for `addDependency`.
 */
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { App, Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import {
  AccountDefaultReplication, KeyBlock, KeyMaterial, KeyReplication, MultiRegionPaymentKey, PaymentKeyGrants, PaymentKeyOperation, PaymentKeyShare,
  PaymentKeySpec, RegionalAlias, RegionalTags,
} from '../src';

// The newest aws-cdk-lib validates every template, which takes seconds for hundreds of them; here they are judged by one question.
process.env.CDK_VALIDATION = 'false';

const ENV = { account: '111122223333', region: 'us-east-1' };
const SPEC = PaymentKeySpec.cardVerification();
const MOST_STACKS = 3;

/** A construct of a program, when it is made. */
interface Made {
  readonly construct: IConstruct;
  readonly stack: number;
  /** Those of the program that it refers to. */
  readonly refersTo: readonly Made[];
  readonly key?: MultiRegionPaymentKey | CfnKey;
}

/** What makes a construct, given its stack, its number, and the key that it is about: one of the program, or a foreign one. */
type Maker = (stack: Stack, index: number, key: MultiRegionPaymentKey | CfnKey | undefined) => IConstruct;

const foreign = (stack: Stack, index: number) => MultiRegionPaymentKey.fromKeyArn(stack, `Foreign${index}`, `arn:aws:payment-cryptography:us-east-1:111122223333:key/foreign${String(index).padStart(9, '0')}`);
const isNative = (key: unknown): key is CfnKey => CfnKey.isCfnKey(key);
const isOwn = (key: unknown): key is MultiRegionPaymentKey => key instanceof MultiRegionPaymentKey;
const native = (stack: Stack, index: number) => new CfnKey(stack, `Native${index}`, {
  exportable: true,
  keyAttributes: { keyAlgorithm: 'TDES_2KEY', keyClass: 'SYMMETRIC_KEY', keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyModesOfUse: { generate: true, verify: true } },
});

const MAKERS = {
  'key': (stack, index) => new MultiRegionPaymentKey(stack, `Key${index}`, { spec: SPEC, replicationRegions: ['us-west-2'] }),
  'key without Regions': (stack, index) => new MultiRegionPaymentKey(stack, `Key${index}`, { spec: SPEC }),
  'native key': native,
  'imported key': (stack, index, key) => new MultiRegionPaymentKey(stack, `Imported${index}`, {
    spec: SPEC,
    material: KeyMaterial.tr31({
      wrappingKey: key ?? foreign(stack, index),
      keyBlock: KeyBlock.fromSecret(new Secret(stack, `Secret${index}`), { versionId: '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0' }),
    }),
  }),
  'imported key of a secret that is known by its ARN': (stack, index, key) => new MultiRegionPaymentKey(stack, `Imported${index}`, {
    spec: SPEC,
    material: KeyMaterial.tr31({
      wrappingKey: key ?? foreign(stack, index),
      keyBlock: KeyBlock.fromSecret(Secret.fromSecretCompleteArn(stack, `Secret${index}`, `arn:aws:secretsmanager:us-east-1:111122223333:secret:zmk${index}-AbCdEf`), {
        versionId: '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0',
      }),
    }),
  }),
  'adopted foreign key': (stack, index) => MultiRegionPaymentKey.adopt(stack, `Adopted${index}`, { key: foreign(stack, index), restoreIfPending: index % 2 === 0 }),
  'adopted native key': (stack, index, key) => MultiRegionPaymentKey.adopt(stack, `Adopted${index}`, { key: isNative(key) ? key : native(stack, index) }),
  'replication of a foreign key': (stack, index) => new KeyReplication(stack, `Replication${index}`, { key: foreign(stack, index), replicationRegions: ['us-west-2'] }),
  'replication of a native key': (stack, index, key) => new KeyReplication(stack, `Replication${index}`, { key: isNative(key) ? key : native(stack, index), replicationRegions: ['us-west-2'] }),
  'alias through the key': (stack, index, key) => isOwn(key) && Stack.of(key) === stack ? key.addAlias(`alias/a${index}`) : alias(stack, index, key),
  'alias through a replica': (stack, index, key) => isOwn(key) && Stack.of(key) === stack ? key.replica('us-west-2').addAlias(`alias/a${index}`) : alias(stack, index, key),
  'replica': (stack, index, key) => isOwn(key) && Stack.of(key) === stack ? key.replica('us-west-2') : alias(stack, index, key),
  'alias': (stack, index, key) => alias(stack, index, key),
  'native alias': (stack, index, key) => new CfnAlias(stack, `NativeAlias${index}`, { aliasName: `alias/a${index}`, keyArn: key?.keyRef.keyIdentifier }),
  'tags': (stack, index, key) => new RegionalTags(stack, `Tags${index}`, { key: key ?? foreign(stack, index), tags: { [`tag${index}`]: 'x' } }),
  'defaults': stack => stack.node.tryFindChild('Defaults') ?? new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'] }),
  'a reader of the ARN': (stack, index, key) => new CfnParameter(stack, `Reader${index}`, { type: 'String', value: key?.keyRef.keyIdentifier ?? 'x' }),
  'a role with a grant': (stack, index, key) => {
    const role = new Role(stack, `Role${index}`, { assumedBy: new AccountPrincipal('111122223333') });
    if (key) { PaymentKeyGrants.fromKey(key).readMetadata(role); }
    return role;
  },
  'share through the key': (stack, index, key) => isOwn(key) && Stack.of(key) === stack
    ? key.node.tryFindChild(`Share-${OTHER}`) ?? key.shareWith(new AccountPrincipal(OTHER), { operations: [READ] })
    : share(stack, index, key),
  'share': (stack, index, key) => share(stack, index, key),
} satisfies Record<string, Maker>;
type Kind = keyof typeof MAKERS;

const OTHER = '444455556666';
const READ = PaymentKeyOperation.of('GetKey');

/** All with one principal, for whom the keys of a stack have one role. */
function share(stack: Stack, index: number, key: MultiRegionPaymentKey | CfnKey | undefined): PaymentKeyShare {
  return new PaymentKeyShare(stack, `Share${index}`, { key: key ?? foreign(stack, index), principal: new AccountPrincipal(OTHER), operations: [READ], roleOnly: !isOwn(key) });
}

function alias(stack: Stack, index: number, key: MultiRegionPaymentKey | CfnKey | undefined): RegionalAlias {
  return new RegionalAlias(stack, `Alias${index}`, { aliasName: `alias/a${index}`, key: key ?? foreign(stack, index) });
}

interface Program {
  readonly constructs: readonly { readonly kind: Kind; readonly stack: number; readonly key: number }[];
  /** Numbers of constructs: the first depends on the second. */
  readonly edges: readonly (readonly [number, number])[];
}

const number = fc.nat(1000);
const programs: fc.Arbitrary<Program> = fc.record({
  constructs: fc.array(
    fc.record({ kind: fc.constantFrom(...Object.keys(MAKERS) as Kind[]), stack: fc.nat(MOST_STACKS - 1), key: number }),
    { minLength: 2, maxLength: 9 }),
  edges: fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 12 }),
});

/** The circles in the templates of a program, each a list of logical ids. */
function circlesOf(program: Program): string[] {
  const app = new App();
  const stackAt = (index: number) => app.node.tryFindChild(`Stack${index}`) as Stack | undefined ?? new Stack(app, `Stack${index}`, { env: ENV });
  const made: Made[] = [];
  const taken = new Set<MultiRegionPaymentKey | CfnKey>();
  program.constructs.forEach(({ kind, stack, key: wanted }, index) => {
    // References go to earlier stacks, so that stacks have no circle of their own.
    const keys = made.filter(({ key, stack: its }) => key && its <= stack);
    const chosen: Made | undefined = keys[wanted % (keys.length + 1)];
    const exclusive = kind === 'adopted native key' || kind === 'replication of a native key';
    const usable = exclusive ? chosen?.key && isNative(chosen.key) && !taken.has(chosen.key) ? chosen : undefined : chosen;
    if (exclusive && usable) { taken.add(usable.key!); }
    const construct = MAKERS[kind](stackAt(stack), index, usable?.key);
    made.push({ construct, stack, refersTo: usable ? [usable] : [], key: isOwn(construct) || isNative(construct) ? construct : undefined });
  });
  const graph = new Graph(made);
  for (const [from, to] of program.edges) {
    const [dependent, dependency] = [made[from % made.length], made[to % made.length]];
    if (dependency.stack > dependent.stack || !graph.add(dependent, dependency)) { continue; }
    dependent.construct.node.addDependency(dependency.construct);
  }
  return app.synth().stacks.flatMap(({ template }) => circleIn(template) ?? []);
}

/** What the user said: which construct of a program waits for which. */
class Graph {
  private readonly waits = new Map<Made, Set<Made>>();

  constructor(private readonly made: readonly Made[]) {
    made.forEach(one => this.waits.set(one, new Set(one.refersTo)));
  }

  /** Whether the dependency could be added without a circle. */
  add(dependent: Made, dependency: Made): boolean {
    const pairs = this.under(dependent).flatMap(one => this.under(dependency).map(other => [one, other] as const));
    if (pairs.some(([one, other]) => this.reaches(other, one))) { return false; }
    pairs.forEach(([one, other]) => this.waits.get(one)!.add(other));
    // Together they may close what none closes alone.
    if (this.made.some(one => [...this.waits.get(one)!].some(next => this.reaches(next, one)))) {
      throw new Error('A circle of the program itself was not noticed');
    }
    return true;
  }

  private under({ construct }: Made): Made[] {
    return this.made.filter(({ construct: its }) => its.node.scopes.includes(construct));
  }

  private reaches(from: Made, to: Made): boolean {
    if (from === to) { return true; }
    const seen = new Set<Made>([from]);
    for (const one of seen) { this.waits.get(one)!.forEach(next => seen.add(next)); }
    return seen.has(to);
  }
}

/** A circle among the resources of a template, if there is one. */
function circleIn({ Resources = {} }: { readonly Resources?: Record<string, { readonly DependsOn?: string | string[] }> }): string | undefined {
  const needs = new Map(Object.entries(Resources).map(([id, resource]) =>
    [id, [...new Set([...referencesIn(resource), ...[resource.DependsOn ?? []].flat()])].filter(other => other in Resources)]));
  const done = new Set<string>();
  const visit = (id: string, way: readonly string[]): string | undefined => {
    if (way.includes(id)) { return [...way.slice(way.indexOf(id)), id].join(' -> '); }
    if (done.has(id)) { return undefined; }
    for (const next of needs.get(id)!) {
      const circle = visit(next, [...way, id]);
      if (circle !== undefined) { return circle; }
    }
    done.add(id);
    return undefined;
  };
  return [...needs.keys()].map(id => visit(id, [])).find(circle => circle !== undefined);
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) { return []; }
  if (Array.isArray(value)) { return value.flatMap(referencesIn); }
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === 'Ref' && typeof inner === 'string') { return [inner]; }
    if (name === 'Fn::GetAtt') { return [[inner].flat()[0].split('.')[0], ...referencesIn(inner)]; }
    if (name === 'Fn::Sub') { return [...[inner].flat()[0].matchAll(/\$\{([A-Za-z0-9]+)[.}]/g)].map(([, id]) => id).concat(referencesIn(inner)); }
    return referencesIn(inner);
  });
}

test('a circle is found', () => {
  const ref = (id: string) => ({ 'Fn::Join': ['', ['x', { 'Fn::GetAtt': [id, 'Arn'] }]] });
  expect(circleIn({ Resources: { A: { Properties: ref('B') } as any, B: { DependsOn: ['C'] }, C: { Properties: { a: [{ Ref: 'A' }] } } as any } })).toBe('A -> B -> C -> A');
  expect(circleIn({ Resources: { A: { Properties: ref('B') } as any, B: {}, C: { DependsOn: ['A', 'B'] } } })).toBeUndefined();
});

const [key, defaults, replication, adopted]: Program['constructs'][number][] = [
  { kind: 'key', stack: 0, key: 0 }, { kind: 'defaults', stack: 0, key: 0 },
  { kind: 'replication of a foreign key', stack: 0, key: 0 }, { kind: 'adopted foreign key', stack: 0, key: 0 },
];

test.each<[string, Program]>([
  ['a key after defaults', { constructs: [key, defaults], edges: [[0, 1]] }],
  ['a native key after an alias, and its replication', {
    constructs: [key, { kind: 'alias', stack: 0, key: 0 }, { kind: 'native key', stack: 0, key: 0 }, { kind: 'replication of a native key', stack: 0, key: 1 }],
    edges: [[2, 1]],
  }],
])('%s', (_, program) => {
  expect(circlesOf(program)).toEqual([]);
});

test.each<[string, Program]>([
  ['defaults after a key', { constructs: [key, defaults], edges: [[1, 0]] }],
  ['a replication after another', { constructs: [replication, replication], edges: [[1, 0]] }],
  ['a shared key after another, for whom there is one role', {
    constructs: [key, { kind: 'share', stack: 0, key: 0 }, key, { kind: 'share', stack: 0, key: 1 }], edges: [[2, 1]],
  }],
  ['a replication after an adopted key', { constructs: [adopted, replication], edges: [[1, 0]] }],
])('%s', (_, program) => {
  expect(circlesOf(program)).toEqual([]);
});

test('no order of dependencies makes a circle', () => {
  fc.assert(fc.property(programs, program => { expect(circlesOf(program)).toEqual([]); }), { numRuns: 150 });
}, 120_000);
