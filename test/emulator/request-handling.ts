import { Call } from './call';
import { EmulatedService } from './emulated-services';
import { ConnectionLostError, ServiceError } from './errors';
import { errorOf, FaultEffect } from './faults';
import { arnOf, KeyInRegion, tagsOf } from './key-record';
import { keyNamedBy, resourceNamedBy } from './lookup';
import { model, signingNameOf } from './model';
import { Operation } from './operations/operation';
import { QuotaName, RequestQuota } from './quota';
import { RequestLog, RequestLogEntry } from './request-log';
import { Context, Service } from './service';
import { SignatureScope } from './signature-scope';
import { performDueTasks } from './tasks';

/** A request as it arrives. */
export interface Arrival {
  readonly call: Call;
  readonly scope: SignatureScope | ServiceError;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What becomes known of a request while it is handled. */
type Notes = Mutable<Omit<RequestLogEntry, 'number' | 'time' | 'durationMilliseconds'>>;

interface Resolved {
  readonly service: EmulatedService;
  readonly operation: string;
  readonly run: Operation;
  readonly input: unknown;
  readonly scope: SignatureScope;
}

/** Of the name of an operation in the log. A request that is for nobody here may have a long path in its place. */
const LONGEST_NAME = 128;

/** The way of every request: who and what, faults, quota, constraints, operation, log. */
export class RequestHandling {
  constructor(
    private readonly service: Service,
    private readonly quotas: Readonly<Record<QuotaName, RequestQuota>>,
    private readonly log: RequestLog,
  ) {}

  /** The output or the error to answer with. Rejects only when the connection is to be lost. */
  async handle(arrival: Arrival): Promise<object | ServiceError> {
    const { clock } = this.service.options;
    const time = clock.now();
    const notes: Notes = { executed: false };
    try {
      const output = await this.attempt(arrival, notes);
      if (output instanceof ServiceError) {
        const { status, body } = arrival.call.protocol.failure(output);
        Object.assign(notes, { status, error: output.type, output: body });
      } else {
        Object.assign(notes, { status: 200, output: JSON.parse(JSON.stringify(output)) });
      }
      return output;
    } finally {
      this.log.add({ time, durationMilliseconds: clock.now() - time, ...notes });
    }
  }

  private async attempt(arrival: Arrival, notes: Notes): Promise<object | ServiceError> {
    try {
      return await this.run(this.resolve(arrival, notes), notes);
    } catch (error) {
      if (error instanceof ConnectionLostError) throw error;
      if (error instanceof ServiceError) return error;
      notes.defect = error instanceof Error ? error.stack ?? error.message : String(error);
      return new ServiceError('InternalServerException', `The emulator has a defect: ${String(error)}`);
    }
  }

  private resolve({ call, scope }: Arrival, notes: Notes): Resolved {
    notes.service = call.kind === 'operation' ? call.service.signingName : call.service;
    notes.operation = call.operation?.slice(0, LONGEST_NAME);
    if (scope instanceof ServiceError) throw scope;
    notes.region = scope.region;
    notes.accessKeyId = scope.accessKeyId;
    if (call.kind === 'strange') throw new ServiceError('UnknownOperationException', call.message);
    const { service, operation } = call;
    if (!service.knows(operation)) throw new ServiceError('UnknownOperationException', `There is no operation ${operation}.`);
    checkScope(this.service, service, scope);
    if (!Object.hasOwn(service.operations, operation)) {
      throw new ServiceError('UnknownOperationException', `The emulator does not have ${operation} yet.`);
    }
    notes.input = call.input();
    return { service, operation, run: service.operations[operation], input: notes.input, scope };
  }

  private async run({ service, operation, run, input, scope }: Resolved, notes: Notes): Promise<object> {
    const { clock } = this.service.options;
    const key = keyNamedBy(this.contextOf(scope), input);
    if (key !== undefined) Object.assign(notes, { keyArn: arnOf(key), tags: Object.fromEntries(tagsOf(key)) });
    const effects = this.faultsOn(operation, scope, input, key);
    for (const effect of effects) {
      if (effect.kind === 'delay') await clock.sleep(effect.seconds * 1000);
    }
    const decisive = effects.find(effect => effect.kind !== 'delay');
    if (decisive !== undefined && !takesEffect(decisive)) throw failureOf(decisive, input);
    const quota = service.quota(operation, key);
    if (quota !== undefined && !this.quotas[quota].take(scope.region, clock.now())) {
      throw new ServiceError('ThrottlingException', 'Rate exceeded');
    }
    const output = await run(this.contextOf(scope), service.read(operation, input) as never);
    notes.executed = true;
    if (decisive !== undefined) throw failureOf(decisive, input);
    return output;
  }

  /** The service as of now, with everything done that it was to do by itself. */
  private contextOf({ region, accessKeyId }: SignatureScope): Context {
    const now = this.service.options.clock.now();
    performDueTasks(this.service, now);
    return { service: this.service, region, accessKeyId, now };
  }

  private faultsOn(operation: string, { region, accessKeyId }: SignatureScope, input: unknown, key: KeyInRegion | undefined): FaultEffect[] {
    return this.service.faults.strike({
      operation,
      region,
      accessKeyId,
      input,
      forwarded: false,
      ...key !== undefined && {
        keyArn: arnOf(key),
        keyAgeSeconds: (this.service.options.clock.now() - key.record.createdAt) / 1000,
        tags: Object.fromEntries(tagsOf(key)),
      },
    });
  }
}

const takesEffect = (effect: FaultEffect): boolean => effect.kind !== 'delay' && effect.executed === true;

function failureOf(effect: FaultEffect, input: unknown): Error {
  if (effect.kind === 'connection lost') return new ConnectionLostError(effect.executed);
  return errorOf(effect as FaultEffect & { kind: 'error' }, resourceNamedBy(input));
}

function checkScope({ options }: Service, service: EmulatedService, { region, signingName }: SignatureScope): void {
  if (signingName !== service.signingName) {
    throw new ServiceError('InvalidSignatureException', `Credential should be scoped to correct service: '${service.signingName}'.`);
  }
  // An account that has not enabled a Region is unknown there.
  if (signingName === signingNameOf(model) && (!options.regions.includes(region) || options.regionsNotEnabled.includes(region))) {
    throw new ServiceError('UnrecognizedClientException', `The service or the account is not available in ${region}.`);
  }
}
