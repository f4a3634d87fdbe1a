import { randomUUID } from 'node:crypto';
import { dataPlaneOperation } from './data-plane/router';
import { targetCall, targetFor } from './emulated-services';
import { ServiceError } from './errors';
import { Faults } from './faults';
import { HttpRequest } from './http-request';
import { callOf } from './http-routing';
import { KeyHistory } from './key-history';
import { Overview, overview } from './live-page/overview';
import { decideMpaSession, MpaDecision, MpaSession } from './multi-party-approval';
import { EmulatorOptions, ResolvedOptions, resolveOptions } from './options';
import { addParameterVersion, deleteParameterNamed, findParameter } from './parameter';
import { HttpAnswer, httpAnswer } from './protocols';
import { QuotaName, RequestQuota } from './quota';
import { restartReplication } from './replication';
import { ReplicationOutcome } from './replication-outcome';
import { Arrival, RequestHandling } from './request-handling';
import { RequestLog } from './request-log';
import { putSecret, SecretPut, SecretToPut } from './secrets-manager/put';
import { Context, Service } from './service';
import { readSignatureScope } from './signature-scope';
import { RegionSnapshot, regionSnapshot } from './snapshot';
import { decode, encode } from './state-codec';
import { performDueTasks } from './tasks';
import { LONGEST_NOTE, TimelineNotes } from './timeline-notes';

/** A request whose Region and caller are known. */
export interface EmulatorRequest {
  /** As in X-Amz-Target: `PaymentCryptographyControlPlane.GetKey`. */
  readonly target: string;
  readonly region: string;
  readonly body: string | Uint8Array;
  readonly accessKeyId?: string;
}

export type EmulatorResponse = HttpAnswer;

/** Both planes of AWS Payment Cryptography for one account, in all Regions. */
export class Emulator {
  readonly options: ResolvedOptions;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly notes = new TimelineNotes();
  private readonly service: Service;
  private readonly handling: RequestHandling;
  private readonly quotas: Readonly<Record<QuotaName, RequestQuota>>;
  private begun = 0;

  constructor(options: EmulatorOptions = {}) {
    this.options = resolveOptions(options);
    this.faults = new Faults(this.options.clock);
    this.log = new RequestLog(this.options.logBounds);
    this.service = new Service(this.options, this.faults);
    const { tps, burst, symmetricTps, asymmetricTps } = this.options;
    this.quotas = {
      'control plane': new RequestQuota(tps, burst),
      'data plane, symmetric': new RequestQuota(symmetricTps),
      'data plane, asymmetric': new RequestQuota(asymmetricTps),
    };
    this.handling = new RequestHandling(this.service, this.quotas, this.log);
  }

  /** Answers a request. Rejects with ConnectionLostError where a client would see its connection break, and with nothing else. */
  async handle({ target, region, body, accessKeyId = 'AKIAEMULATOR' }: EmulatorRequest): Promise<EmulatorResponse> {
    const call = targetCall(target, body);
    const signingName = call.kind === 'operation' ? call.service.signingName : 'payment-cryptography';
    return this.answer({ call, scope: { region, accessKeyId, signingName } });
  }

  /** Answers a request as a server receives it. */
  async handleHttp(request: HttpRequest): Promise<EmulatorResponse> {
    const scope = readSignatureScope(request.headers.authorization);
    return this.answer({ call: callOf(request, scope), scope });
  }

  /** Answers a request whose Region and caller stand in its SigV4 Authorization header. */
  async handleSigned(request: { target?: string; body: string | Uint8Array; authorization?: string }): Promise<EmulatorResponse> {
    return this.answer({ call: targetCall(request.target, request.body), scope: readSignatureScope(request.authorization) });
  }

  /** One operation of either plane, input to output. Rejects with the ServiceError the service answers with, or ConnectionLostError. */
  async call<Output = Record<string, unknown>>(operation: string, input: object, from: { region: string; accessKeyId?: string }): Promise<Output> {
    const { region, accessKeyId = 'AKIAEMULATOR' } = from;
    const scope = { region, accessKeyId, signingName: 'payment-cryptography' };
    const call = dataPlaneOperation(operation, input) ?? targetCall(targetFor(operation), JSON.stringify(input));
    const output = await this.handling.handle({ call, scope });
    if (output instanceof ServiceError) throw output;
    return JSON.parse(JSON.stringify(output)) as Output;
  }

  /** How replications to a Region that begin from now on end. `restart` begins unfinished and failed ones again. */
  setReplicationOutcome(region: string, outcome: ReplicationOutcome, { restart = false }: { restart?: boolean } = {}): void {
    this.catchUp();
    this.service.replicationOutcomes.set(region, outcome);
    if (restart) restartReplication(this.service, region, this.options.clock.now());
  }

  /** What is in a Region now. Not a request: it is not logged, and no quota or fault applies. */
  snapshot(region: string): RegionSnapshot {
    this.catchUp();
    return regionSnapshot(this.service, region);
  }

  /** Keys, aliases and default Regions of all Regions, for people who look at them. Not a request either. */
  overview(): Overview {
    this.catchUp();
    return overview(this.service);
  }

  /** What became of keys in their Regions, until now. */
  get history(): KeyHistory {
    return this.service.history;
  }

  /** Another number after each reset and each restored state: what was seen before is no longer true. */
  get generation(): number {
    return this.begun;
  }

  /** Says on the timeline of the live page what is happening. */
  note(text: string): void {
    this.notes.add({ time: this.options.clock.now(), text: text.slice(0, LONGEST_NOTE) });
  }

  /** What teams have not decided yet, in all Regions. Not a request either. */
  approvals(): MpaSession[] {
    this.catchUp();
    return [...this.service.mpaSessions.values()];
  }

  /** Decides for the team. False when there is no such session, or no more. */
  decideApproval(sessionArn: string, decision: MpaDecision): boolean {
    this.catchUp();
    return decideMpaSession(this.service, sessionArn, decision, this.options.clock.now());
  }

  /** The value of a parameter of Systems Manager; undefined: there is none. Not a request either. */
  parameter(region: string, name: string): string | undefined {
    return findParameter(this.contextIn(region), name)?.versions.at(-1)!.value;
  }

  /** Makes a parameter, or gives it another value, as CloudFormation or a person would; undefined: takes it away. */
  setParameter(region: string, name: string, value: string | undefined): void {
    const context = this.contextIn(region);
    if (value === undefined) deleteParameterNamed(context, name);
    else addParameterVersion(context, { name, type: 'String', value });
  }

  /** Makes a SecureString, or gives it another version. */
  putSecureString({ region, ...given }: { name: string; region: string; value: string; tier?: string }): { version: number } {
    return { version: addParameterVersion(this.contextIn(region), { ...given, type: 'SecureString' }).number };
  }

  /** Makes a secret of Secrets Manager, or gives it another current version. Not a request either. */
  putSecret(secret: SecretToPut): SecretPut {
    return putSecret(this.contextIn(secret.region), secret);
  }

  /** When the service next does something by itself, on the clock; undefined: never. */
  nextEventTime(): number | undefined {
    return this.service.agenda.next();
  }

  /** As new: no keys, no log, no faults, full quota. Options and listeners stay. */
  reset(): void {
    this.service.clear();
    this.faults.clear();
    Object.values(this.quotas).forEach(quota => quota.clear());
    this.log.clear();
    this.notes.clear();
    this.begun += 1;
  }

  /** Everything that the service knows, as JSON. Requests and faults are no part of it. It has key material in it. */
  save(): unknown {
    return encode(this.service.save());
  }

  /** The service as it was saved. Throws when this is nothing that was saved. */
  restore(saved: unknown): void {
    this.service.restore(decode(saved) as Record<string, unknown>);
    this.begun += 1;
  }

  private contextIn(region: string): Context {
    return { service: this.service, region, accessKeyId: '', now: this.options.clock.now() };
  }

  private catchUp(): void {
    performDueTasks(this.service, this.options.clock.now());
  }

  private async answer(arrival: Arrival): Promise<EmulatorResponse> {
    return httpAnswer(arrival.call.protocol, await this.handling.handle(arrival), randomUUID());
  }
}
