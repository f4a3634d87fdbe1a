import { WatchedStack } from './watched-stack';
import { ACCOUNT_DEFAULT_REPLICATION } from '../../../src/provider/contract/account-default-replication';
import { ADOPTED_PAYMENT_KEY } from '../../../src/provider/contract/adopted-payment-key';
import { FINDING_CODES } from '../../../src/provider/contract/finding-codes';
import { KEY_REPLICATION } from '../../../src/provider/contract/key-replication';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../src/provider/contract/ownership-tags';
import { REGIONAL_ALIAS } from '../../../src/provider/contract/regional-alias';
import { REGIONAL_TAGS } from '../../../src/provider/contract/regional-tags';
import { replicaArn } from '../../../src/provider/handler/control-plane/key-arn';
import { CARD_VERIFICATION } from '../../emulator/checked-emulator';
import { clientEnvironment, shell } from '../../emulator/conformance/clients';
import { REGION } from '../../lifecycle/world';
import { pythonEnvironment } from '../../python/environment';

/*
 * Each finding is provoked by the AWS CLI, as an operator would change things by hand, and found by the next sweep. The command that
 * the finding names is run, too, and shows it.
 */

const WEST = 'us-west-2';
const policy = (action: string) => JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: `payment-cryptography:${action}`, Resource: '*' }],
});

interface Provoked {
  readonly name: string;
  /** Declares what is watched; answers with what the command names. */
  readonly declare: (stack: WatchedStack) => Promise<string>;
  /** What follows `aws payment-cryptography`, for that. */
  readonly commands: (id: string, stack: WatchedStack) => readonly string[];
  readonly secondsAfterwards?: number;
  readonly found: readonly Readonly<Record<string, unknown>>[];
  /** What the finding's own command prints. */
  readonly shown: RegExp;
}

const othersKey = async (stack: WatchedStack): Promise<string> => {
  const { Key: { KeyArn } } = await stack.byHand('CreateKey', { KeyAttributes: CARD_VERIFICATION, Exportable: true, ReplicationRegions: [WEST] });
  stack.settle();
  return KeyArn;
};
const tags = (named: Readonly<Record<string, string>>) => Object.entries(named).map(([Key, Value]) => `Key=${Key},Value=${Value}`).join(' ');

const PROVOKED: readonly Provoked[] = [
  {
    name: 'a disabled key',
    declare: stack => stack.key(),
    commands: key => [`stop-key-usage --key-identifier ${key}`],
    found: [{ code: 'KEY_DISABLED', region: REGION, declared: 'enabled', found: 'disabled' }],
    shown: /"Enabled": false/,
  },
  {
    name: 'a key that was enabled although it is declared disabled',
    declare: stack => stack.key({ Enabled: false }),
    commands: key => [`start-key-usage --key-identifier ${key}`],
    found: [{ code: 'KEY_ENABLED', declared: 'disabled', found: 'enabled' }],
    shown: /"Enabled": true/,
  },
  {
    name: 'a key whose deletion is scheduled',
    declare: stack => stack.key(),
    commands: key => [`delete-key --key-identifier ${key} --delete-key-in-days 7`],
    found: [{ code: 'KEY_PENDING_DELETION', found: 'DELETE_PENDING' }],
    shown: /"KeyState": "DELETE_PENDING"/,
  },
  {
    name: 'a key that is gone',
    declare: stack => stack.key(),
    commands: key => [`delete-key --key-identifier ${key} --delete-key-in-days 3`],
    secondsAfterwards: 4 * 86_400,
    found: [{ code: 'KEY_MISSING', declared: 'CREATE_COMPLETE' }],
    shown: /DELETE_COMPLETE|ResourceNotFound/,
  },
  {
    name: 'a replica that was removed',
    declare: stack => stack.key(),
    commands: key => [`remove-key-replication-regions --key-identifier ${key} --replication-regions ${WEST}`],
    found: [{ code: 'REPLICA_MISSING', region: WEST, declared: 'SYNCHRONIZED', found: 'not replicated' }],
    shown: /"KeyState": "CREATE_COMPLETE"/,
  },
  {
    name: 'a Region that nobody declared',
    declare: stack => stack.key(),
    commands: key => [`add-key-replication-regions --key-identifier ${key} --replication-regions ca-central-1`],
    found: [{ code: 'REPLICA_UNDECLARED', region: 'ca-central-1', declared: 'not replicated', found: 'SYNCHRONIZED' }],
    shown: /"ca-central-1"/,
  },
  {
    name: 'tags of the primary and of a replica',
    declare: stack => stack.key({ Tags: { team: 'cards', cost: '17' } }),
    commands: key => [
      `tag-resource --resource-arn ${key} --tags ${tags({ team: 'theirs' })}`,
      `untag-resource --region ${WEST} --resource-arn ${replicaArn(key, WEST)} --tag-keys cost`,
    ],
    found: [
      { code: 'TAG_CHANGED', region: REGION, subject: 'team', declared: 'cards', found: 'theirs' },
      { code: 'TAG_CHANGED', region: WEST, subject: 'cost', declared: '17', found: 'no such tag' },
    ],
    shown: /"team"/,
  },
  {
    name: 'the tags that say whose a key is',
    declare: stack => stack.key(),
    commands: key => [`untag-resource --resource-arn ${key} --tag-keys ${STACK_ID_TAG} ${LOGICAL_ID_TAG}`],
    found: [
      { code: 'OWNER_CHANGED', subject: STACK_ID_TAG, found: 'no such tag' },
      { code: 'OWNER_CHANGED', subject: LOGICAL_ID_TAG, declared: 'Cvk', found: 'no such tag' },
    ],
    shown: /"Tags"/,
  },
  {
    name: 'a key that another stack adopted',
    declare: stack => stack.key(),
    commands: key => [`tag-resource --resource-arn ${key} --tags ${tags({ [STACK_ID_TAG]: 'arn:aws:cloudformation:us-east-1:111122223333:stack/others/1', [LOGICAL_ID_TAG]: 'Theirs' })}`],
    found: [{ code: 'OWNER_CHANGED', found: 'Theirs of arn:aws:cloudformation:us-east-1:111122223333:stack/others/1', message: expect.stringMatching(/adopted by another stack/) }],
    shown: /"KeyArn"/,
  },
  {
    name: 'another resource policy',
    declare: stack => stack.key({ ResourcePolicy: policy('EncryptData') }),
    commands: key => [`put-resource-policy --resource-arn ${key} --policy '${policy('DecryptData')}'`],
    found: [{ code: 'POLICY_CHANGED', declared: 'the declared policy', found: 'another policy' }],
    shown: /DecryptData/,
  },
  {
    name: 'a resource policy that is gone',
    declare: stack => stack.key({ ResourcePolicy: policy('EncryptData') }),
    commands: key => [`delete-resource-policy --resource-arn ${key}`],
    found: [{ code: 'POLICY_CHANGED', found: 'no policy' }],
    shown: /.*/,
  },
  {
    name: 'an alias that was deleted in one Region',
    declare: async stack => {
      const key = await stack.key();
      await stack.attached('Alias', REGIONAL_ALIAS, { AliasName: 'alias/cvk', KeyArn: key, Regions: [REGION, WEST] });
      return key;
    },
    commands: () => [`delete-alias --region ${WEST} --alias-name alias/cvk`],
    found: [{ code: 'ALIAS_MISSING', logicalId: 'Alias', region: WEST, subject: 'alias/cvk', found: 'no such alias' }],
    shown: /ResourceNotFound/,
  },
  {
    name: 'an alias that was moved to another key, and one that was taken off its key',
    declare: async stack => {
      const key = await stack.key();
      await stack.attached('Alias', REGIONAL_ALIAS, { AliasName: 'alias/cvk', KeyArn: key, Regions: [REGION, WEST] });
      await stack.attached('Pin', REGIONAL_ALIAS, { AliasName: 'alias/pin', KeyArn: key, Regions: [WEST] });
      return othersKey(stack);
    },
    commands: other => [`update-alias --alias-name alias/cvk --key-arn ${other}`, `update-alias --region ${WEST} --alias-name alias/pin`],
    found: [
      { code: 'ALIAS_MOVED', logicalId: 'Alias', region: REGION, message: expect.stringMatching(/was moved to .* by others/) },
      { code: 'ALIAS_MOVED', logicalId: 'Pin', region: WEST, found: 'no key' },
    ],
    shown: /"alias\/cvk"/,
  },
  {
    name: 'tags of a key of somebody else',
    declare: async stack => {
      const key = await othersKey(stack);
      await stack.attached('Tags', REGIONAL_TAGS, { KeyArn: key, Tags: { owner: 'cards' }, Regions: [REGION, WEST] });
      return key;
    },
    commands: key => [`tag-resource --region ${WEST} --resource-arn ${replicaArn(key, WEST)} --tags ${tags({ owner: 'theirs' })}`],
    found: [{ code: 'TAG_CHANGED', logicalId: 'Tags', region: WEST, subject: 'owner', found: 'theirs' }],
    shown: /"theirs"/,
  },
  {
    name: 'tags of a replica that is gone',
    declare: async stack => {
      const key = await othersKey(stack);
      await stack.attached('Tags', REGIONAL_TAGS, { KeyArn: key, Tags: { owner: 'cards' }, Regions: [WEST] });
      return key;
    },
    commands: key => [`remove-key-replication-regions --key-identifier ${key} --replication-regions ${WEST}`],
    found: [{ code: 'REPLICA_MISSING', logicalId: 'Tags', region: WEST, message: expect.stringMatching(/wait for/) }],
    shown: /ResourceNotFound/,
  },
  {
    name: 'the replication of a key of somebody else',
    declare: async stack => {
      const key = await othersKey(stack);
      await stack.attached('Replication', KEY_REPLICATION, { KeyArn: key, ReplicationRegions: ['eu-west-1'], WaitForReplication: true });
      return key;
    },
    commands: key => [`remove-key-replication-regions --key-identifier ${key} --replication-regions eu-west-1`],
    found: [{ code: 'REPLICA_MISSING', logicalId: 'Replication', region: 'eu-west-1' }],
    shown: /"us-west-2"/,
  },
  {
    name: 'an adopted key',
    declare: async stack => {
      const key = await othersKey(stack);
      await stack.attached('Adopted', ADOPTED_PAYMENT_KEY, { KeyArn: key, Tags: {}, WaitForReplication: true, RestoreIfPending: true, ReplicationRegions: [WEST] });
      return key;
    },
    commands: key => [`delete-key --key-identifier ${key} --delete-key-in-days 7`],
    found: [
      { code: 'KEY_PENDING_DELETION', logicalId: 'Adopted' },
      { code: 'REPLICA_MISSING', logicalId: 'Adopted', region: WEST },
    ],
    shown: /"DELETE_PENDING"/,
  },
  {
    name: 'the defaults of the account',
    declare: async stack => stack.attached('Defaults', ACCOUNT_DEFAULT_REPLICATION, { Regions: [WEST, 'eu-west-1'] }),
    commands: () => [`disable-default-key-replication-regions --replication-regions ${WEST}`],
    found: [{ code: 'DEFAULTS_CHANGED', logicalId: 'Defaults', region: REGION, subject: WEST, declared: `${WEST} enabled`, found: 'enabled: eu-west-1' }],
    shown: /"eu-west-1"/,
  },
];

describe('what the AWS CLI changes is found within one interval', () => {
  test.each(PROVOKED)('$name', async ({ declare, commands, secondsAfterwards = 0, found, shown }) => {
    const python = await pythonEnvironment();
    const stack = await WatchedStack.start();
    const aws = (command: string) => shell(command, python, clientEnvironment(stack.world.server.url, { AWS_DEFAULT_REGION: REGION }));
    try {
      const id = await declare(stack);
      stack.settle();
      expect(await stack.sweep()).toEqual([]);
      for (const command of commands(id, stack)) {
        stack.world.clock.advance(5);
        expect(await aws(`aws payment-cryptography ${command}`)).toMatchObject({ code: 0, errors: '' });
      }
      stack.world.clock.advance(secondsAfterwards);
      stack.settle();
      expect(await stack.sweep()).toEqual(found.map(one => expect.objectContaining(one)));
      expect(stack.events.map(({ kind, detail }) => [kind, detail.code])).toEqual(found.map(({ code }) => ['found', code]));
      expect(mutations(stack)).toEqual([]);
      stack.world.clock.advance(10);
      const { output, errors } = await aws(stack.findings[0].command);
      expect(output + errors).toMatch(shown);
      // It stands, and is not told again.
      expect(await stack.sweep()).toEqual(found.map(one => expect.objectContaining(one)));
      expect(stack.events).toEqual([]);
    } finally {
      await stack.close();
    }
  }, 120_000);

  test('every code is provoked here or beside', () => {
    const here = new Set(PROVOKED.flatMap(({ found }) => found.map(({ code }) => code)));
    expect(Object.keys(FINDING_CODES).filter(code => !here.has(code))).toEqual(['NOT_AS_DECLARED', 'REPLICA_FAILED', 'REPLICA_IN_PROGRESS', 'NOT_WATCHED']);
  });
});

const mutations = ({ world }: WatchedStack) => world.takeRequests().filter(request => !/^(Get|List)/.test(request));
