import { Agenda, AgendaEntry } from './agenda';
import { AuthorityFamily, CertificateAuthority, IssuedCertificate } from './certificates/certificate-authority';
import { ExchangeToken } from './exchange-token';
import { Faults } from './faults';
import { KeyHistory } from './key-history';
import { KeyRecord } from './key-record';
import { MpaAssociation, MpaSession } from './multi-party-approval';
import { ResolvedOptions } from './options';
import { Parameter } from './parameter';
import { ReplicationOutcome } from './replication-outcome';
import { Secret } from './secrets-manager/secret';
import { TagIndex } from './tag-index';

/** An alias of one Region. It names a key id: the key is always of the same account and Region. */
export interface AliasRecord {
  readonly name: string;
  keyId?: string;
}

function refill(map: Map<unknown, unknown>, entries: unknown): void {
  map.clear();
  (entries as Map<unknown, unknown>).forEach((value, key) => map.set(key, value));
}

/** Everything the emulated service knows: one account, all Regions. */
export class Service {
  readonly agenda = new Agenda();
  readonly keys = new Map<string, KeyRecord>();
  readonly history = new KeyHistory();
  readonly tagIndex: TagIndex;
  readonly replicationOutcomes = new Map<string, ReplicationOutcome>();
  /** Of Parameter Store, by Region and name. */
  readonly parameters = new Map<string, Parameter>();
  /** Of Secrets Manager, by Region and name. */
  readonly secrets = new Map<string, Secret>();
  readonly certificateAuthorities = new Map<AuthorityFamily, CertificateAuthority>();
  /** By id: tokens of imports and exports. */
  readonly exchangeTokens = new Map<string, ExchangeToken>();
  /** Certificates of key pairs, by key id. */
  readonly keyCertificates = new Map<string, IssuedCertificate>();
  /** By Region: the team that approves imports of root certificates. */
  readonly mpaAssociations = new Map<string, MpaAssociation>();
  /** By ARN: what teams have not decided yet. */
  readonly mpaSessions = new Map<string, MpaSession>();
  private readonly aliases = new Map<string, Map<string, AliasRecord>>();
  private readonly defaultRegions = new Map<string, readonly string[]>();
  private serial = 0;

  constructor(readonly options: ResolvedOptions, readonly faults: Faults) {
    this.tagIndex = new TagIndex(options.tagIndexLag);
    this.clear();
  }

  clear(): void {
    this.agenda.entries = [];
    this.keys.clear();
    this.history.clear();
    this.tagIndex.clear();
    this.aliases.clear();
    this.parameters.clear();
    this.secrets.clear();
    this.defaultRegions.clear();
    this.certificateAuthorities.clear();
    this.exchangeTokens.clear();
    this.keyCertificates.clear();
    this.mpaAssociations.clear();
    this.mpaSessions.clear();
    this.replicationOutcomes.clear();
    for (const [region, outcome] of Object.entries(this.options.replicationOutcomes)) {
      this.replicationOutcomes.set(region, outcome);
    }
  }

  /** What outlives a restart: every member but the options, the faults and the history, and so whatever will be added. */
  save(): Record<string, unknown> {
    const { options, faults, history, agenda, tagIndex, ...members } = this;
    return { ...members, agenda: agenda.entries, tagIndex: tagIndex.histories };
  }

  restore(saved: Readonly<Record<string, unknown>>): void {
    this.clear();
    const { agenda, tagIndex, ...members } = saved;
    this.agenda.entries = agenda as AgendaEntry[];
    refill(this.tagIndex.histories, tagIndex);
    for (const [name, value] of Object.entries(members)) {
      const member: unknown = (this as Record<string, unknown>)[name];
      if (member instanceof Map) refill(member, value);
      else (this as Record<string, unknown>)[name] = value;
    }
  }

  /** A number that was never given before, and larger than all before. */
  nextSerial(): number {
    this.serial += 1;
    return this.serial;
  }

  aliasesIn(region: string): Map<string, AliasRecord> {
    if (!this.aliases.has(region)) this.aliases.set(region, new Map());
    return this.aliases.get(region)!;
  }

  defaultRegionsIn(region: string): readonly string[] {
    return this.defaultRegions.get(region) ?? [];
  }

  setDefaultRegionsIn(region: string, regions: readonly string[]): void {
    this.defaultRegions.set(region, regions);
  }

  /** Keys that count against the quota of a Region, replicas included. */
  keyCount(region: string): number {
    return [...this.keys.values()].filter(record =>
      record.primaryRegion === region ? record.state !== 'DELETE_COMPLETE' : record.replicas.get(region)?.copy !== undefined,
    ).length;
  }
}

/** Puts into the history what a key is now in its primary Region. */
export function noteKeyState({ history }: Service, { id, primaryRegion, state }: KeyRecord, time: number): void {
  history.add({ time, keyId: id, region: primaryRegion, state });
}

/** One request, as an operation sees it. */
export interface Context {
  readonly service: Service;
  readonly region: string;
  readonly accessKeyId: string;
  readonly now: number;
}
