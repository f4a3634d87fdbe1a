import { DEPLOYMENT } from './deployment';
import { foreignKey } from './foreign-key';
import { iamRequests } from './iam-request';
import { Policies } from './policies';
import { providerPolicies } from './provider-policies';
import { recordedStepFunctions } from './recorded-step-functions';
import { denied, deniedRequests, unusedGrants } from './usage';
import { MultiRegionPaymentKey, RegionalAlias } from '../../src';
import { STACK_ID_TAG } from '../../src/provider/contract/ownership-tags';
import { AliasProperties, aliasProperties, REGIONAL_ALIAS } from '../../src/provider/contract/regional-alias';
import { REGIONAL_TAGS, TagsProperties, tagsProperties } from '../../src/provider/contract/regional-tags';
import { effects, RequestLogEntry } from '../emulator';
import { ACCOUNT, Answer, REGION, STACK_ID, World } from '../lifecycle/world';
import { ResourceRequests } from '../provider/resource-requests';

const ARN = `arn:aws:payment-cryptography:${REGION}:${ACCOUNT}:key/abcdefghijklmnop`;
const policies = (declare: Parameters<typeof providerPolicies>[1]) => new Policies(providerPolicies(DEPLOYMENT, declare).function, ACCOUNT, REGION);
const withoutAliases = policies(undefined);
const withAliases = policies(stack => {
  new RegionalAlias(stack, 'Alias', { aliasName: 'alias/cvk', key: MultiRegionPaymentKey.fromKeyArn(stack, 'Theirs', ARN) });
});

interface Scenario {
  readonly status?: Answer['Status'];
  run(world: World, keyArn: string, other: string): Promise<Answer>;
}

const REGIONS = ['us-east-1', 'us-west-2'];
const alias = (world: World) => new ResourceRequests(world, REGIONAL_ALIAS, aliasProperties, 'Alias');
const aliasOf = (KeyArn: string, more: Partial<AliasProperties> = {}): AliasProperties =>
  ({ AliasName: 'alias/cvk', KeyArn, Regions: REGIONS, ReplicationTimeoutInMinutes: 30, ...more });
const tags = (world: World) => new ResourceRequests(world, REGIONAL_TAGS, tagsProperties, 'Tags');
const tagsOf = (KeyArn: string, Tags: Record<string, string>): TagsProperties =>
  ({ KeyArn, Tags, Regions: REGIONS, ReplicationTimeoutInMinutes: 30 });

const ALIASES: Record<string, Scenario> = {
  'an alias that is created and deleted': {
    run: async (world, key) => {
      await alias(world).create(aliasOf(key));
      return alias(world).remove('alias/cvk', aliasOf(key));
    },
  },
  'an alias that moves to another key': {
    run: async (world, key, other) => {
      await alias(world).create(aliasOf(key));
      return alias(world).update('alias/cvk', aliasOf(key), aliasOf(other));
    },
  },
  'an alias that leaves a Region': {
    run: async (world, key) => {
      await alias(world).create(aliasOf(key));
      return alias(world).update('alias/cvk', aliasOf(key), aliasOf(key, { Regions: ['us-east-1'] }));
    },
  },
  'an alias that fails and is undone': {
    status: 'FAILED',
    run: async (world, key) => {
      world.emulator.faults.add({ operation: 'CreateAlias', region: 'us-west-2', effect: effects.accessDenied() });
      return alias(world).create(aliasOf(key));
    },
  },
};
const TAGS: Record<string, Scenario> = {
  'tags that are set, changed and removed': {
    run: async (world, key) => {
      const [before, after] = [tagsOf(key, { team: 'cards' }), tagsOf(key, { team: 'pins', stage: 'prod' })];
      const { PhysicalResourceId } = await tags(world).create(before);
      await tags(world).update(PhysicalResourceId, before, after);
      return tags(world).remove(PhysicalResourceId, after);
    },
  },
};

const adoptElsewhere = (world: World, ResourceArn: string) => world.emulator.call('TagResource', {
  ResourceArn, Tags: [{ Key: STACK_ID_TAG, Value: STACK_ID.replace('payments', 'others') }],
}, { region: REGION });
/** Those of a key whose primary, by its tags, is of another stack of this library. */
const TAGS_OF_OTHERS: Record<string, Scenario> = {
  'are refused, before anything is asked that would be denied': {
    status: 'FAILED',
    run: async (world, key) => {
      await adoptElsewhere(world, key);
      return tags(world).create(tagsOf(key, { team: 'cards' }));
    },
  },
  'are left when they go, after another stack adopted the key': {
    run: async (world, key) => {
      const { PhysicalResourceId } = await tags(world).create(tagsOf(key, { team: 'cards' }));
      await adoptElsewhere(world, key);
      return tags(world).remove(PhysicalResourceId, tagsOf(key, { team: 'cards' }));
    },
  },
  'are left when they change, after another stack adopted the key': {
    status: 'FAILED',
    run: async (world, key) => {
      const before = tagsOf(key, { team: 'cards' });
      const { PhysicalResourceId } = await tags(world).create(before);
      await adoptElsewhere(world, key);
      return tags(world).update(PhysicalResourceId, before, tagsOf(key, { stage: 'prod' }));
    },
  },
};

interface Recorded { readonly status: string; readonly entries: RequestLogEntry[] }

async function record({ run }: Scenario): Promise<Recorded> {
  const world = await World.start();
  Object.assign(world.ports, { executions: recordedStepFunctions(world.stateMachine, () => undefined) });
  const keys = [await foreignKey(world, ['us-west-2']), await foreignKey(world, ['us-west-2'])];
  const { Status } = await run(world, keys[0], keys[1]);
  await world.close();
  return { status: Status, entries: world.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === 'AKIATEST') };
}

describe('aliases and tags', () => {
  test.each(Object.entries(ALIASES))('%s needs no more than a stack with aliases allows', async (_, scenario) => {
    const { status, entries } = await record(scenario);
    expect(status).toBe(scenario.status ?? 'SUCCESS');
    expect(await deniedRequests(entries, withAliases)).toEqual([]);
  });

  test.each(Object.entries(TAGS_OF_OTHERS))('tags %s', async (_, scenario) => {
    const { status, entries } = await record(scenario);
    expect(status).toBe(scenario.status ?? 'SUCCESS');
    expect(await deniedRequests(entries, withoutAliases)).toEqual([]);
  });

  test.each(Object.entries(TAGS))('%s need no more than every stack allows', async (_, scenario) => {
    const { status, entries } = await record(scenario);
    expect(status).toBe('SUCCESS');
    expect(await deniedRequests(entries, withoutAliases)).toEqual([]);
  });

  test('need all that a stack with aliases allows beyond others', async () => {
    const entries: RequestLogEntry[] = [];
    // The endpoint stands in the environment, so one world at a time.
    for (const scenario of Object.values(ALIASES)) { entries.push(...(await record(scenario)).entries); }
    const requests = (await Promise.all(entries.map(entry => iamRequests(entry, ACCOUNT)))).flat();
    const sids = new Set(withoutAliases.statements.map(statement => JSON.stringify(statement)));
    const more = withAliases.statements.filter(statement => !sids.has(JSON.stringify(statement)));
    expect(more).toHaveLength(1);
    expect(await unusedGrants(requests, new Policies(more, ACCOUNT, REGION))).toEqual([]);
  });

  test.each(['CreateAlias', 'UpdateAlias', 'DeleteAlias', 'GetAlias'])('%s is allowed in this account only, and only in stacks with aliases', async operation => {
    const request = (account: string) => ({ action: `payment-cryptography:${operation}`, resource: `arn:aws:payment-cryptography:us-west-2:${account}:alias/cvk`, context: {} });
    expect(await denied([request(ACCOUNT)], withAliases)).toEqual([]);
    expect(await denied([request('999999999999')], withAliases)).toHaveLength(1);
    expect(await denied([request(ACCOUNT)], withoutAliases)).toHaveLength(1);
  });
});
