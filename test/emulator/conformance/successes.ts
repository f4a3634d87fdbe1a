import { CARD_VERIFICATION, inRegion, PRIMARY, REPLICA } from '../checked-emulator';
import { Emulator } from '../emulator';
import { Key } from '../shapes';

/** Keys the calls need, made past the client that is being looked at. */
export class Fixture {
  private count = 0;

  constructor(readonly emulator: Emulator, private readonly advance: (seconds: number) => void) {}

  async key(input: object = {}): Promise<string> {
    const request = { KeyAttributes: CARD_VERIFICATION, Exportable: true, ...input };
    return (await this.emulator.call<{ Key: Key }>('CreateKey', request, { region: PRIMARY })).Key.KeyArn;
  }

  async replicatedKey(): Promise<string> {
    const arn = await this.key({ ReplicationRegions: [REPLICA] });
    this.advance(2);
    return arn;
  }

  async with(operation: string, input: object): Promise<void> {
    await this.emulator.call(operation, input, { region: PRIMARY });
  }

  aliasName(): string {
    this.count += 1;
    return `alias/conformance-${this.count}`;
  }

  wait(seconds: number): void {
    this.advance(seconds);
  }
}

export interface Success {
  readonly input: object;
  readonly region?: string;
  /** What the output must match. */
  readonly output: object;
}

const key = (KeyArn: string, more: object = {}): object => ({ Key: expect.objectContaining({ KeyArn, ...more }) });

const ARN = expect.stringMatching(/^arn:aws:payment-cryptography:us-east-1:111122223333:key\/[a-z2-7]{16}$/) as string;

export const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'payment-cryptography:GetKey', Resource: '*' }],
});

/** For every operation a call that succeeds. */
export const SUCCESSES: Readonly<Record<string, (fixture: Fixture) => Promise<Success>>> = {
  CreateKey: async () => ({
    input: { KeyAttributes: CARD_VERIFICATION, Exportable: true, ReplicationRegions: [REPLICA], Tags: [{ Key: 'team', Value: 'cards' }] },
    output: key(ARN, { KeyState: 'CREATE_COMPLETE', MultiRegionKeyType: 'PRIMARY', ReplicationStatus: { [REPLICA]: { Status: 'IN_PROGRESS' } } }),
  }),
  GetKey: async fixture => {
    const arn = inRegion(await fixture.replicatedKey(), REPLICA);
    return { input: { KeyIdentifier: arn }, region: REPLICA, output: key(arn, { MultiRegionKeyType: 'REPLICA', PrimaryRegion: PRIMARY }) };
  },
  ListKeys: async fixture => {
    const arn = await fixture.key();
    return { input: { KeyState: 'CREATE_COMPLETE' }, output: { Keys: expect.arrayContaining([expect.objectContaining({ KeyArn: arn })]) } };
  },
  DeleteKey: async fixture => {
    const arn = await fixture.key();
    return { input: { KeyIdentifier: arn, DeleteKeyInDays: 3 }, output: key(arn, { KeyState: 'DELETE_PENDING', Enabled: true }) };
  },
  RestoreKey: async fixture => {
    const arn = await fixture.key();
    await fixture.with('DeleteKey', { KeyIdentifier: arn });
    return { input: { KeyIdentifier: arn }, output: key(arn, { KeyState: 'CREATE_COMPLETE' }) };
  },
  StartKeyUsage: async fixture => {
    const arn = await fixture.key({ Enabled: false });
    return { input: { KeyIdentifier: arn }, output: key(arn, { Enabled: true }) };
  },
  StopKeyUsage: async fixture => {
    const arn = await fixture.key();
    return { input: { KeyIdentifier: arn }, output: key(arn, { Enabled: false }) };
  },
  AddKeyReplicationRegions: async fixture => {
    const arn = await fixture.key();
    return {
      input: { KeyIdentifier: arn, ReplicationRegions: [REPLICA] },
      output: key(arn, { ReplicationStatus: { [REPLICA]: { Status: 'IN_PROGRESS' } } }),
    };
  },
  RemoveKeyReplicationRegions: async fixture => {
    const arn = await fixture.replicatedKey();
    return {
      input: { KeyIdentifier: arn, ReplicationRegions: [REPLICA] },
      output: key(arn, { ReplicationStatus: { [REPLICA]: { Status: 'DELETE_IN_PROGRESS' } } }),
    };
  },
  // In a Region of their own: defaults would reach the other keys.
  EnableDefaultKeyReplicationRegions: async () =>
    ({ input: { ReplicationRegions: ['eu-west-2'] }, region: 'eu-west-1', output: { EnabledReplicationRegions: ['eu-west-2'] } }),
  DisableDefaultKeyReplicationRegions: async () =>
    ({ input: { ReplicationRegions: ['eu-west-2'] }, region: 'eu-west-1', output: { EnabledReplicationRegions: [] } }),
  GetDefaultKeyReplicationRegions: async () => ({ input: {}, region: 'eu-west-1', output: { EnabledReplicationRegions: [] } }),
  CreateAlias: async fixture => {
    const Alias = { AliasName: fixture.aliasName(), KeyArn: await fixture.key() };
    return { input: Alias, output: { Alias } };
  },
  GetAlias: async fixture => {
    const Alias = { AliasName: fixture.aliasName(), KeyArn: await fixture.key() };
    await fixture.with('CreateAlias', Alias);
    return { input: { AliasName: Alias.AliasName }, output: { Alias } };
  },
  UpdateAlias: async fixture => {
    const AliasName = fixture.aliasName();
    await fixture.with('CreateAlias', { AliasName, KeyArn: await fixture.key() });
    const Alias = { AliasName, KeyArn: await fixture.key() };
    return { input: Alias, output: { Alias } };
  },
  DeleteAlias: async fixture => {
    const AliasName = fixture.aliasName();
    await fixture.with('CreateAlias', { AliasName });
    return { input: { AliasName }, output: {} };
  },
  ListAliases: async fixture => {
    const Alias = { AliasName: fixture.aliasName(), KeyArn: await fixture.key() };
    await fixture.with('CreateAlias', Alias);
    return { input: { KeyArn: Alias.KeyArn }, output: { Aliases: [Alias] } };
  },
  TagResource: async fixture => ({ input: { ResourceArn: await fixture.key(), Tags: [{ Key: 'team', Value: 'cards' }] }, output: {} }),
  UntagResource: async fixture => ({ input: { ResourceArn: await fixture.key(), TagKeys: ['team'] }, output: {} }),
  ListTagsForResource: async fixture => {
    const Tags = [{ Key: 'team', Value: 'cards' }];
    return { input: { ResourceArn: await fixture.key({ Tags }) }, output: { Tags } };
  },
  PutResourcePolicy: async fixture => {
    const output = { ResourceArn: await fixture.key(), Policy: POLICY };
    return { input: output, output };
  },
  GetResourcePolicy: async fixture => {
    const output = { ResourceArn: await fixture.key(), Policy: POLICY };
    await fixture.with('PutResourcePolicy', output);
    return { input: { ResourceArn: output.ResourceArn }, output };
  },
  DeleteResourcePolicy: async fixture => ({ input: { ResourceArn: await fixture.key() }, output: {} }),
};
