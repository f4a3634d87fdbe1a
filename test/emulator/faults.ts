import { Clock } from './clock';
import { ErrorType, ServiceError } from './errors';

/** What a fault can look at before it decides. */
export interface FaultRequest {
  readonly operation: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly input: unknown;
  /** The key the request names, if it exists. */
  readonly keyArn?: string;
  readonly keyAgeSeconds?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** True for the CreateKey that replication makes in the replica Region on behalf of the caller. */
  readonly forwarded: boolean;
}

export type FaultEffect =
  | { readonly kind: 'error'; readonly type: ErrorType; readonly message?: string; readonly executed?: boolean }
  | { readonly kind: 'delay'; readonly seconds: number }
  | { readonly kind: 'connection lost'; readonly executed: boolean };

export interface Fault {
  /** Absent: every operation. */
  readonly operation?: string | readonly string[];
  /** Absent: every Region. */
  readonly region?: string | readonly string[];
  readonly when?: (request: FaultRequest) => boolean;
  /** How often it strikes; absent: always. */
  readonly times?: number;
  /** How long after being added it strikes; absent: until removed. */
  readonly forSeconds?: number;
  readonly effect: FaultEffect;
}

/** The usual effects. */
export const effects = {
  throttle: (): FaultEffect => ({ kind: 'error', type: 'ThrottlingException', message: 'Rate exceeded' }),
  accessDenied: (message = 'User is not authorized to perform this operation.'): FaultEffect =>
    ({ kind: 'error', type: 'AccessDeniedException', message }),
  internalServerError: (options: { executed?: boolean } = {}): FaultEffect =>
    ({ kind: 'error', type: 'InternalServerException', message: 'The request could not be processed.', ...options }),
  serviceUnavailable: (): FaultEffect =>
    ({ kind: 'error', type: 'ServiceUnavailableException', message: 'The service cannot complete the request.' }),
  notFound: (): FaultEffect => ({ kind: 'error', type: 'ResourceNotFoundException' }),
  /** The caller may read the secret, but not use the KMS key that it is encrypted with. */
  kmsDenied: (): FaultEffect => ({ kind: 'error', type: 'AccessDeniedException', message: 'Access to KMS is not allowed' }),
  /** Of Secrets Manager: the KMS key is disabled, or on its way out. */
  decryptionFailure: (): FaultEffect =>
    ({ kind: 'error', type: 'DecryptionFailure', message: 'Secrets Manager can\'t decrypt the protected secret text using the provided KMS key.' }),
  /** `internalServerError` as Secrets Manager and Parameter Store spell it. */
  internalServiceError: (): FaultEffect => ({ kind: 'error', type: 'InternalServiceError', message: 'An error occurred on the server side.' }),
  parameterStoreError: (): FaultEffect => ({ kind: 'error', type: 'InternalServerError', message: 'An error occurred on the server side.' }),
  delay: (seconds: number): FaultEffect => ({ kind: 'delay', seconds }),
  /** The request never arrived. */
  requestLost: (): FaultEffect => ({ kind: 'connection lost', executed: false }),
  /** The request was executed, its answer never arrived. */
  responseLost: (): FaultEffect => ({ kind: 'connection lost', executed: true }),
};

/** GetKey does not find a key for a while after its creation. */
export const keyNotFoundAtFirst = (seconds: number): Fault => ({
  operation: 'GetKey',
  when: request => request.keyAgeSeconds !== undefined && request.keyAgeSeconds < seconds,
  effect: effects.notFound(),
});

interface Active {
  readonly fault: Fault;
  readonly until: number;
  left: number;
}

const names = (selector: string | readonly string[] | undefined, value: string): boolean =>
  selector === undefined || selector === value || (Array.isArray(selector) && selector.includes(value));

/** Faults on demand, asked before every request, in the order in which they were added. */
export class Faults {
  private active: Active[] = [];

  constructor(private readonly clock: Clock) {}

  add(fault: Fault): { remove(): void } {
    const until = this.clock.now() + (fault.forSeconds ?? Infinity) * 1000;
    const entry: Active = { fault, until, left: fault.times ?? Infinity };
    this.active.push(entry);
    return { remove: () => { this.active = this.active.filter(other => other !== entry); } };
  }

  clear(): void {
    this.active = [];
  }

  /** Those that may still strike. */
  list(): ReadonlyArray<Omit<Fault, 'when'>> {
    return this.active
      .filter(({ left, until }) => left > 0 && this.clock.now() < until)
      .map(({ fault: { when, ...fault }, left }) => ({ ...fault, ...left < Infinity && { times: left } }));
  }

  /** The effects on a request: all delays up to the first fault that decides its outcome. */
  strike(request: FaultRequest): FaultEffect[] {
    const struck: FaultEffect[] = [];
    for (const entry of this.active) {
      if (entry.left <= 0 || this.clock.now() >= entry.until || !this.fits(entry.fault, request)) continue;
      if (request.forwarded && !isDenial(entry.fault.effect)) continue;
      entry.left -= 1;
      struck.push(entry.fault.effect);
      if (entry.fault.effect.kind !== 'delay') break;
    }
    return struck;
  }

  private fits(fault: Fault, request: FaultRequest): boolean {
    return names(fault.operation, request.operation) && names(fault.region, request.region) && (fault.when?.(request) ?? true);
  }
}

const isDenial = (effect: FaultEffect): boolean => effect.kind === 'error' && effect.type === 'AccessDeniedException';

export function errorOf(effect: FaultEffect & { kind: 'error' }, resourceId: string): ServiceError {
  const members = effect.type === 'ResourceNotFoundException' ? { ResourceId: resourceId } : {};
  return new ServiceError(effect.type, effect.message ?? effect.type, members);
}
