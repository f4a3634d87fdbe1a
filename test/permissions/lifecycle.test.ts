import { AccountRootPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Stack } from 'aws-cdk-lib/core';
import { DEPLOYMENT } from './deployment';
import { Policies } from './policies';
import { providerPolicies } from './provider-policies';
import { deniedRequests } from './usage';
import { AccountDefaultReplication, KeyBlock, KeyMaterial, KeyReplication, MultiRegionPaymentKey, PaymentKeySpec, RegionalAlias } from '../../src';
import { WrappedKeyReference } from '../../src/provider/contract/key-material';
import { OUR_ACCESS_KEY } from '../lifecycle/notebook';
import { Run } from '../lifecycle/run';
import { runOne } from '../lifecycle/runs';
import { ACCOUNT, REGION } from '../lifecycle/world';

const SEED = 7;
const RUNS = 150;

function withPolicy(stack: Stack): void {
  new MultiRegionPaymentKey(stack, 'WithPolicy', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] })
    .addToResourcePolicy(new PolicyStatement({
      actions: ['payment-cryptography:EncryptData'], principals: [new AccountRootPrincipal()], resources: ['*'],
    }));
}

const policiesOf = (declare: (stack: Stack) => void) => new Policies(providerPolicies(DEPLOYMENT, declare).function, ACCOUNT, REGION);
const ofGenerated = policiesOf(withPolicy);

/** What a stack is allowed that declares each import of the run. */
function ofKeys({ notebook }: Run): Policies {
  const named = notebook.requests.flatMap(({ event }) => event.ResourceProperties.Material?.WrappedKey ?? [])
    .map(reference => JSON.stringify(reference));
  return named.length === 0 ? ofGenerated : policiesOf(stack => {
    withPolicy(stack);
    [...new Set(named)].forEach((reference, index) => declareImport(stack, `Imported${index}`, JSON.parse(reference)));
  });
}

function declareImport(stack: Stack, id: string, kept: WrappedKeyReference): void {
  const wrappingKey = MultiRegionPaymentKey.fromKeyArn(stack, `${id}Kek`, `arn:aws:payment-cryptography:${REGION}:${ACCOUNT}:key/aaaaaaaaaaaaaaaa`);
  const material = KeyMaterial.tr31({ wrappingKey, keyBlock: keyBlockOf(stack, id, kept) });
  new MultiRegionPaymentKey(stack, id, { spec: PaymentKeySpec.cardVerification(), replicationRegions: [], material });
}

function keyBlockOf(stack: Stack, id: string, kept: WrappedKeyReference): KeyBlock {
  if (kept.Service === 'SECRETS_MANAGER') {
    return KeyBlock.fromSecret(Secret.fromSecretCompleteArn(stack, `${id}Secret`, kept.SecretArn), { versionId: kept.VersionId });
  }
  const parameter = StringParameter.fromSecureStringParameterAttributes(stack, `${id}Parameter`, { parameterName: kept.ParameterName });
  return KeyBlock.fromSecureString(parameter, { version: Number(kept.Version) });
}

/** What a stack is allowed that declares everything a run may declare. */
function ofAttached({ attachedOthers: { keys } }: Run): Policies {
  const declare = (stack: Stack) => {
    const key = (name: 'first' | 'third' | 'fourth' | 'fifth' | 'sixth') => MultiRegionPaymentKey.fromKeyArn(stack, name, keys[name]);
    new RegionalAlias(stack, 'Alias', { aliasName: 'alias/cvk', key: key('first') });
    new KeyReplication(stack, 'Third', { key: key('third'), replicationRegions: [] });
    new KeyReplication(stack, 'Fourth', { key: key('fourth'), replicationRegions: [] });
    new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'] });
    MultiRegionPaymentKey.adopt(stack, 'Fifth', { key: key('fifth'), restoreIfPending: true });
    MultiRegionPaymentKey.adopt(stack, 'Sixth', { key: key('sixth'), restoreIfPending: true });
  };
  return policiesOf(declare);
}

/** The scenarios beside this file show that nothing is allowed without need; these, that nothing is missing wherever a life may lead. */
test(`nothing that is asked for in ${RUNS} lives under faults is denied`, async () => {
  const denied: string[] = [];
  let requests = 0;
  for (let index = 0; index < RUNS; index += 1) {
    const { failure } = await runOne(SEED, index, false, async (run, kind) => {
      const entries = run.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === OUR_ACCESS_KEY);
      requests += entries.length;
      denied.push(...await deniedRequests(entries, kind === 'keys' ? ofKeys(run) : ofAttached(run)));
    });
    expect(failure).toBeUndefined();
  }
  expect([...new Set(denied)]).toEqual([]);
  expect(requests).toBeGreaterThan(RUNS * 10);
}, 300_000);
