import { CARD_VERIFICATION, inRegion, PRIMARY, REPLICA } from '../checked-emulator';
import { Emulator } from '../emulator';
import { attributesOf, encryptionKey, Partner } from '../exchange-fixtures';
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

  async wrappingKey(): Promise<string> {
    return this.key({ KeyAttributes: encryptionKey('AES_256') });
  }

  async keyPair(): Promise<string> {
    return this.key({ KeyAttributes: attributesOf('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'ECC_NIST_P256', 'DeriveKey') });
  }

  /** The material of an import of a root certificate, which needs nothing but itself. */
  rootCertificate(): object {
    return new Partner({ authority: 'ECC_NIST_P256', leaf: 'ECC_NIST_P256', now: this.emulator.options.clock.now() }).rootMaterial;
  }

  /** The material of an import, as the service exported it. */
  async keyBlock(): Promise<{ WrappingKeyIdentifier: string; WrappedKeyBlock: string }> {
    const WrappingKeyIdentifier = await this.wrappingKey();
    const input = { ExportKeyIdentifier: await this.key(), KeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier } } };
    const { WrappedKey } = await this.emulator.call<{ WrappedKey: { KeyMaterial: string } }>('ExportKey', input, { region: PRIMARY });
    return { WrappingKeyIdentifier, WrappedKeyBlock: WrappedKey.KeyMaterial };
  }

  /** Ends what other calls left: no team is asked then. */
  async withoutTeam(): Promise<void> {
    const approveAll = (): void => this.emulator.approvals().forEach(({ arn }) => this.emulator.decideApproval(arn, 'approve'));
    approveAll();
    // Without a team there is nothing to end.
    await this.with('DisassociateMpaTeam', ROOT_IMPORTS).catch(() => {});
    approveAll();
  }

  async team(): Promise<void> {
    await this.withoutTeam();
    await this.with('AssociateMpaTeam', { ...ROOT_IMPORTS, MpaTeamArn: TEAM });
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

export const ROOT_IMPORTS = { Action: 'IMPORT_ROOT_PUBLIC_KEY_CERTIFICATE' };
export const TEAM = 'arn:aws:mpa:us-east-1:111122223333:approval-team/keys';

const BASE64 = expect.stringMatching(/^[A-Za-z0-9+/=]{400,}$/) as string;

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
  ImportKey: async fixture => ({
    input: { KeyMaterial: { Tr31KeyBlock: await fixture.keyBlock() }, ReplicationRegions: [REPLICA], Tags: [{ Key: 'team', Value: 'cards' }] },
    output: key(ARN, { KeyOrigin: 'EXTERNAL', KeyState: 'CREATE_COMPLETE', ReplicationStatus: { [REPLICA]: { Status: 'IN_PROGRESS' } } }),
  }),
  ExportKey: async fixture => {
    const WrappingKeyIdentifier = await fixture.wrappingKey();
    return {
      input: { ExportKeyIdentifier: await fixture.key(), KeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier } } },
      output: {
        WrappedKey: {
          WrappingKeyArn: WrappingKeyIdentifier,
          WrappedKeyMaterialFormat: 'TR31_KEY_BLOCK',
          KeyMaterial: expect.stringMatching(/^D0112C0TC00E0000[0-9A-F]{96}$/),
          KeyCheckValue: expect.stringMatching(/^[0-9A-F]{6}$/),
          KeyCheckValueAlgorithm: 'ANSI_X9_24',
        },
      },
    };
  },
  GetParametersForImport: async () => ({
    input: { KeyMaterialType: 'KEY_CRYPTOGRAM', WrappingKeyAlgorithm: 'RSA_2048', ReuseLastGeneratedToken: true },
    output: {
      WrappingKeyCertificate: BASE64,
      WrappingKeyCertificateChain: BASE64,
      WrappingKeyAlgorithm: 'RSA_2048',
      ImportToken: expect.stringMatching(/^import-token-/),
      ParametersValidUntilTimestamp: expect.anything(),
    },
  }),
  GetParametersForExport: async () => ({
    input: { KeyMaterialType: 'TR34_KEY_BLOCK', SigningKeyAlgorithm: 'RSA_2048', ReuseLastGeneratedToken: true },
    output: {
      SigningKeyCertificate: BASE64,
      SigningKeyCertificateChain: BASE64,
      SigningKeyAlgorithm: 'RSA_2048',
      ExportToken: expect.stringMatching(/^export-token-/),
      ParametersValidUntilTimestamp: expect.anything(),
    },
  }),
  GetPublicKeyCertificate: async fixture => ({
    input: { KeyIdentifier: await fixture.keyPair() },
    output: { KeyCertificate: BASE64, KeyCertificateChain: BASE64 },
  }),
  GetCertificateSigningRequest: async fixture => ({
    input: { KeyIdentifier: await fixture.keyPair(), SigningAlgorithm: 'SHA256', CertificateSubject: { CommonName: 'keys.example' } },
    output: { CertificateSigningRequest: BASE64 },
  }),
  AssociateMpaTeam: async fixture => {
    await fixture.withoutTeam();
    return { input: { ...ROOT_IMPORTS, MpaTeamArn: TEAM }, output: { MpaTeamAssociation: { ...ROOT_IMPORTS, MpaTeamArn: TEAM, AssociationState: 'ACTIVE' } } };
  },
  DisassociateMpaTeam: async fixture => {
    await fixture.team();
    return {
      input: { ...ROOT_IMPORTS, RequesterComment: 'no longer needed' },
      output: { MpaTeamAssociation: expect.objectContaining({ AssociationState: 'DELETE_PENDING', MpaStatus: expect.objectContaining({ Status: 'PENDING' }) }) },
    };
  },
  GetMpaTeamAssociation: async fixture => {
    await fixture.team();
    return { input: ROOT_IMPORTS, output: { MpaTeamAssociation: { ...ROOT_IMPORTS, MpaTeamArn: TEAM, AssociationState: 'ACTIVE' } } };
  },
};
