import { Emulator, Key } from '../emulator';
import { ACCESS_KEY_OF_OTHERS, Deed, DEEDS } from './others';
import type { Run } from './run';
import { REGION } from './world';
import { replicaArn } from '../../src/provider/handler/control-plane/key-arn';

/** What others do to a key that a watch must find, besides what they do in every life (others.ts). */
interface Scene {
  readonly key: Key;
  readonly tags: readonly string[];
  /** A Region with a replica. */
  readonly replica?: string;
  call(operation: string, input: object, region?: string): Promise<unknown>;
  pass(seconds: number): Promise<void>;
}

const SECONDS_OF_SHORTEST_WINDOW = 3 * 86_400;
const POLICY_OF_OTHERS = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:role/Theirs' }, Action: 'payment-cryptography:EncryptData', Resource: '*' }],
});

const FURTHER_DEEDS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'put another policy on our key': ({ key, call }) => call('PutResourcePolicy', { ResourceArn: key.KeyArn, Policy: POLICY_OF_OTHERS }),
  'take the policy off our key': ({ key, call }) => call('DeleteResourcePolicy', { ResourceArn: key.KeyArn }),
  'change our tags': ({ key, tags, call }) => call('TagResource', { ResourceArn: key.KeyArn, Tags: tags.map(name => ({ Key: name, Value: 'theirs' })) }),
  'take our tags off': ({ key, tags, call }) => call('UntagResource', { ResourceArn: key.KeyArn, TagKeys: tags }),
  'take our tags off a replica': async ({ key, tags, replica, call }) =>
    replica && call('UntagResource', { ResourceArn: replicaArn(key.KeyArn, replica), TagKeys: tags }, replica),
  'enable our key': ({ key, call }) => call('StartKeyUsage', { KeyIdentifier: key.KeyArn }),
  'let the deletion of our key come to its end': async ({ key, call, pass }) => {
    await call('DeleteKey', { KeyIdentifier: key.KeyArn, DeleteKeyInDays: 3 });
    await pass(SECONDS_OF_SHORTEST_WINDOW + 60);
  },
};

const DEEDS_IN_EVERY_LIFE: readonly string[] = DEEDS.filter(deed => deed !== 'make a key');
const ALL = [...DEEDS_IN_EVERY_LIFE, ...Object.keys(FURTHER_DEEDS)];

export async function disturbKey(run: Run, logicalId: string, random: number): Promise<void> {
  const deed = ALL[random % ALL.length];
  run.say(`others ${deed} (${logicalId})`);
  if (DEEDS_IN_EVERY_LIFE.includes(deed)) { return run.othersDo(deed as Deed, logicalId); }
  const { physicalId, declaration: { declared } } = run.cloudFormation.resources.get(logicalId)!;
  const key = run.emulator.snapshot(REGION).keys.find(one => one.key.KeyArn === physicalId)?.key;
  if (!key) { return; }
  try {
    await FURTHER_DEEDS[deed]({
      key,
      tags: Object.keys(declared.Tags),
      replica: Object.keys(key.ReplicationStatus ?? {})[0],
      call: caller(run.emulator),
      pass: seconds => run.post.pass(seconds),
    });
  } catch {
    // There is nothing to do that to.
  }
}

function caller(emulator: Emulator): Scene['call'] {
  return (operation, input, region = REGION) => emulator.call(operation, input, { region, accessKeyId: ACCESS_KEY_OF_OTHERS });
}
