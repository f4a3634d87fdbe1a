/** Whatever is asked of Secrets Manager and Parameter Store, in whatever order: no defect, answers of the model's shape, and labels in order. */
import * as fc from 'fast-check';
import { Existing, valuesOf, withStrangeMembers } from './values';
import { CheckedEmulator, PRIMARY } from '../checked-emulator';
import { Model, parameterStoreModel, secretsManagerModel } from '../model';
import { responseProblems } from '../response-schema';
import { Secret } from '../secrets-manager/secret';

interface Asked {
  readonly target: string;
  readonly input: unknown;
}

const NAMES = ['a', 'keys/b', 'keys/b:1', 'keys/b:7'];
const IDS = ['1', '2', '3', '4'].map(digit => digit.repeat(32));
const LABELS = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING', 'own'];
const EXISTING: Existing = { keyArns: IDS, aliases: NAMES, regions: LABELS };

/** What makes requests meet: few names, ids, labels and values. */
const MEETING: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  SecretId: fc.constantFrom(...NAMES.slice(0, 2)),
  Name: fc.constantFrom(...NAMES),
  ClientRequestToken: fc.constantFrom(...IDS),
  VersionId: fc.constantFrom(...IDS),
  RemoveFromVersionId: fc.constantFrom(...IDS),
  MoveToVersionId: fc.constantFrom(...IDS),
  VersionStage: fc.constantFrom(...LABELS),
  VersionStages: fc.uniqueArray(fc.constantFrom(...LABELS), { minLength: 1 }),
  SecretString: fc.constantFrom('one', 'two'),
  Value: fc.constantFrom('one', 'two'),
  Type: fc.constantFrom('String', 'SecureString'),
  Overwrite: fc.boolean(),
  WithDecryption: fc.boolean(),
  RecoveryWindowInDays: fc.constantFrom(7, 30, 31),
};

function asked(of: Model): fc.Arbitrary<Asked> {
  return fc.oneof(...Object.values(of.operations).map(({ name, input: { shape } }) => {
    const { members = {}, required = [] } = of.shapes[shape];
    const meeting = fc.record(
      Object.fromEntries(Object.keys(members).filter(member => Object.hasOwn(MEETING, member)).map(member => [member, MEETING[member]])),
      { requiredKeys: required.filter(member => Object.hasOwn(MEETING, member)) },
    );
    const any = withStrangeMembers(valuesOf(of, EXISTING)(shape));
    return fc.oneof({ weight: 5, arbitrary: meeting }, { weight: 1, arbitrary: any }).map(input => ({ target: `${of.metadata.targetPrefix}.${name}`, input }));
  }));
}

function secretsOf(emulator: CheckedEmulator): Secret[] {
  const { service } = emulator as unknown as { service: { secrets: Map<string, Secret> } };
  return [...service.secrets.values()];
}

/** What is wrong with the labels of a secret. */
function disorder({ versions }: Secret): string[] {
  const labels = versions.flatMap(version => version.labels);
  return [
    ...new Set(labels).size === labels.length ? [] : [`a label twice: ${labels.join(', ')}`],
    ...versions.length === 0 || labels.includes('AWSCURRENT') ? [] : ['no current version'],
    ...new Set(versions.map(({ id }) => id)).size === versions.length ? [] : ['two versions of one id'],
  ];
}

test('in any order', async () => {
  const succeeded = new Set<string>();
  const requests = fc.array(fc.oneof(asked(secretsManagerModel), asked(parameterStoreModel)), { minLength: 10, maxLength: 40, size: 'max' });
  await fc.assert(fc.asyncProperty(requests, async series => {
    const emulator = new CheckedEmulator();
    const problems: string[] = [];
    emulator.log.listen(entry => problems.push(...responseProblems(entry), ...[200, 400].includes(entry.status!) ? [] : [`status ${entry.status}`]));
    const values = new Map<string, unknown>();
    for (const { target, input } of series) {
      const { status } = await emulator.handle({ target, region: PRIMARY, body: JSON.stringify(input) });
      if (status === 200) succeeded.add(target);
      problems.push(...secretsOf(emulator).flatMap(disorder));
      // A version never changes.
      for (const { arn, versions } of secretsOf(emulator)) {
        for (const { id, value } of versions) {
          const before = values.get(`${arn} ${id}`) ?? value;
          expect(value).toEqual(before);
          values.set(`${arn} ${id}`, value);
        }
      }
    }
    expect(problems).toEqual([]);
  }), { numRuns: 300, seed: 14 });
  // Otherwise the requests did not meet each other.
  const all = [secretsManagerModel, parameterStoreModel].flatMap(({ metadata, operations }) => Object.keys(operations).map(name => `${metadata.targetPrefix}.${name}`));
  expect([...succeeded].sort()).toEqual(all.sort());
}, 120_000);
