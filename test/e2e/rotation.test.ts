import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PaymentKeyRotation, PaymentKeyRotationProps, PaymentKeySpec } from '../../src';
import { AliasPoller } from './engine/alias-poller';
import { aliasByHand } from './engine/by-hand';
import { Session } from './engine/session';
import { replicaArn } from '../../src/provider/handler/control-plane/key-arn';

const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];
const CARD = { PrimaryAccountNumber: '4111111111111111' };
const CARD_VERIFICATION_VALUE_2 = { CardVerificationValue2: { CardExpiryDate: '0930' } };

let session: Session;
// The poller would use up the quota of five requests a second.
beforeAll(async () => { session = await Session.start({ tps: Infinity }); }, 240_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

type Year = Pick<PaymentKeyRotationProps, 'versions' | 'current'> & Partial<PaymentKeyRotationProps>;

test('three years of rotation: the alias is never absent, and what was made before a switch is verified after it', async () => {
  const stack = session.stack('rotation');
  /** ARNs by version, of those that are declared now. */
  const deploy = async (year: Year): Promise<Record<string, string>> => {
    const { status, outputs } = await stack.deploy((scope: Stack) => {
      const rotation = new PaymentKeyRotation(scope, 'Cvk', {
        spec: PaymentKeySpec.cardVerification(), aliasName: 'alias/cvk', replicationRegions: REGIONS.slice(1), removalPolicy: RemovalPolicy.DESTROY, ...year,
      });
      year.versions.forEach(version => new CfnOutput(scope, `V${version}`, { value: rotation.version(version).keyArn }));
    });
    expect([year, status]).toEqual([year, expect.stringMatching(/^(CREATE|UPDATE)_COMPLETE$/)]);
    return Object.fromEntries(year.versions.map(version => [version, outputs[`V${version}`]]));
  };
  const belongsTo = (aliasName: string) => Promise.all(REGIONS.map(region => aliasByHand(session, region, aliasName)));
  const everywhere = (keyArn: string) => REGIONS.map(region => replicaArn(keyArn, region));
  const nowhere = REGIONS.map(() => 'ResourceNotFoundException');
  const inEach = <T>(ask: (region: string) => Promise<T>): Promise<T[]> => Promise.all(REGIONS.map(ask));
  const generate = () => inEach(async region => (await session.emulator.call<{ ValidationData: string }>('GenerateCardValidationData', {
    KeyIdentifier: 'alias/cvk', ...CARD, GenerationAttributes: CARD_VERIFICATION_VALUE_2,
  }, { region })).ValidationData);
  const verify = (aliasName: string, values: readonly string[]) => inEach(region => session.emulator.call('VerifyCardValidationData', {
    KeyIdentifier: aliasName, ...CARD, VerificationAttributes: CARD_VERIFICATION_VALUE_2, ValidationData: values[REGIONS.indexOf(region)],
  }, { region }));

  const first = await deploy({ versions: ['2025'], current: '2025' });
  const arns = [first['2025']];
  expect([await belongsTo('alias/cvk'), await belongsTo('alias/cvk-next'), await belongsTo('alias/cvk-previous')]).toEqual([everywhere(arns[0]), nowhere, nowhere]);
  const poller = await AliasPoller.start(session.server.url, 'alias/cvk', REGIONS);

  for (const year of [2026, 2027, 2028]) {
    const [last, now] = [String(year - 1), String(year)];
    const made = await deploy({ versions: [last, now], current: last });
    expect(await belongsTo('alias/cvk-next')).toEqual(everywhere(made[now]));
    const values = await generate();

    const switched = await deploy({ versions: [last, now], current: now });
    expect(switched).toEqual(made);
    expect([await belongsTo('alias/cvk'), await belongsTo('alias/cvk-previous'), await belongsTo('alias/cvk-next')])
      .toEqual([everywhere(made[now]), everywhere(made[last]), nowhere]);
    await verify('alias/cvk-previous', values);
    await expect(verify('alias/cvk', values)).rejects.toThrow(/VerificationFailed|verif/i);

    await deploy({ versions: [last, now], current: now, versionOptions: { [last]: { enabled: false } } });
    await expect(verify('alias/cvk-previous', values)).rejects.toThrow(/enabled|disabled/i);
    await deploy({ versions: [now], current: now });
    expect([session.key(made[last])?.KeyState, session.key(made[now])?.KeyState]).toEqual(['DELETE_PENDING', 'CREATE_COMPLETE']);
    expect(await belongsTo('alias/cvk-previous')).toEqual(nowhere);
    arns.push(made[now]);
  }

  for (const [region, { polls, seen }] of Object.entries(await poller.stop())) {
    expect([region, seen]).toEqual([region, arns.map(arn => replicaArn(arn, region))]);
    expect(polls).toBeGreaterThan(arns.length * 10);
  }
}, 300_000);
