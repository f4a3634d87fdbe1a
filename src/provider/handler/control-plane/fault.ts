/** The services that the functions of this library call. Each has quotas of its own. */
export type CalledService = 'payment-cryptography' | 'tagging' | 'dynamodb' | 'states' | 'secretsmanager' | 'ssm' | 'events' | 'cloudformation' | 's3';

/** What an error says about the call. Read from the error's name, never from its text. */
export type FaultKind =
  | 'notFound' | 'accessDenied' | 'throttled' | 'unreachable' | 'conflict' | 'invalid' | 'quotaExceeded' | 'publicPolicy' | 'unknownOutcome';

interface FaultFacts {
  /** Whether the service executed the call. */
  readonly executed: 'no' | 'unknown';
  /**
   * Whether the very same call may succeed later, without anybody changing anything. A conflict is tried again only by
   * reconcilers that expect it; otherwise it ends the request (request/judgement.ts).
   */
  readonly mayPassLater: boolean;
}

/** A fault tells its service, and by its kind these two facts. */
const FACTS: Readonly<Record<FaultKind, FaultFacts>> = {
  /** The resource does not exist. This is a fact about the resource, unlike accessDenied. */
  notFound: { executed: 'no', mayPassLater: false },
  /** The caller lacks a permission. Fresh permissions take a moment to work everywhere. */
  accessDenied: { executed: 'no', mayPassLater: true },
  throttled: { executed: 'no', mayPassLater: true },
  /** The request never left the function. */
  unreachable: { executed: 'no', mayPassLater: true },
  /** The resource is in a state that forbids the call, or another change is under way. */
  conflict: { executed: 'no', mayPassLater: true },
  /** The call cannot succeed as it is. */
  invalid: { executed: 'no', mayPassLater: false },
  quotaExceeded: { executed: 'no', mayPassLater: false },
  /** A resource policy would let everybody in. */
  publicPolicy: { executed: 'no', mayPassLater: false },
  /** The answer was lost, or the service failed while it worked. */
  unknownOutcome: { executed: 'unknown', mayPassLater: true },
};

/**
 * Who denies, by what IAM says of it (IAM User Guide, "Troubleshoot access denied error messages"). For people: nothing is decided by
 * a text.
 */
const CAUSES: ReadonlyArray<readonly [said: RegExp, cause: string]> = [
  [/service control policy/, 'a service control policy of the organization denies it to the role of the function'],
  [/permissions boundary/, 'the permissions boundary of the role of the function does not allow it'],
  [/VPC endpoint policy/, 'the policy of the VPC endpoint does not allow it'],
  // Not documented by AWS for this service: what a Region answers that the account has not enabled.
  [/^(UnrecognizedClientException|InvalidClientTokenId)/, 'the Region is an opt-in Region that the account has not enabled'],
];

/** A sentence about the likely cause of an error; nothing if it is as it says. */
function likelyCause(said: string): string {
  const [, cause] = CAUSES.find(([pattern]) => pattern.test(said)) ?? [];
  return cause === undefined ? '' : `${said.endsWith('.') ? '' : '.'} Likely cause: ${cause}`;
}

export class ServiceFault extends Error {
  constructor(
    readonly kind: FaultKind,
    readonly service: CalledService,
    readonly operation: string,
    readonly region: string,
    /** The error's name as the service spells it. */
    readonly code: string,
    detail: string,
  ) {
    const said = `${code}${detail ? `: ${detail}` : ''}`;
    super(`${operation} in ${region}: ${said}${likelyCause(said)}`);
    this.name = 'ServiceFault';
  }

  /** True when the service said that it did nothing, or the request never reached it. */
  get provesNotExecuted(): boolean {
    return FACTS[this.kind].executed === 'no';
  }

  get mayPassLater(): boolean {
    return FACTS[this.kind].mayPassLater;
  }

  /** The same fault in other words. */
  withDetail(detail: string): ServiceFault {
    return new ServiceFault(this.kind, this.service, this.operation, this.region, this.code, detail);
  }
}

/** Calls, and turns "not found" into `undefined`: a fact to whoever looks, and success to whoever removes. */
export async function ifFound<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (fault) {
    if (fault instanceof ServiceFault && fault.kind === 'notFound') { return undefined; }
    throw fault;
  }
}

/** Calls for what nothing depends on. Whatever goes wrong is answered by `otherwise`, but for throttling, which its queue waits out. */
export async function orOtherwise<T>(call: () => Promise<T>, otherwise: (fault: ServiceFault) => T): Promise<T> {
  try {
    return await call();
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || fault.kind === 'throttled') { throw fault; }
    return otherwise(fault);
  }
}

const KINDS: ReadonlyMap<string, FaultKind> = new Map<string, FaultKind>([
  ['ResourceNotFoundException', 'notFound'],
  ['ParameterNotFound', 'notFound'],
  ['ParameterVersionNotFound', 'notFound'],
  ['NoSuchKey', 'notFound'],
  ['NoSuchBucket', 'notFound'],
  ['AccessDeniedException', 'accessDenied'],
  ['AccessDenied', 'accessDenied'],
  // The caller is refused before anybody looks at the request.
  ['UnrecognizedClientException', 'accessDenied'],
  ['InvalidClientTokenId', 'accessDenied'],
  ['InvalidSignatureException', 'accessDenied'],
  ['IncompleteSignatureException', 'accessDenied'],
  ['MissingAuthenticationTokenException', 'accessDenied'],
  ['ExpiredTokenException', 'accessDenied'],
  ['CredentialsProviderError', 'unreachable'],
  ['ThrottlingException', 'throttled'],
  ['ThrottledException', 'throttled'],
  ['Throttling', 'throttled'],
  ['SlowDown', 'throttled'],
  ['TooManyRequestsException', 'throttled'],
  ['ProvisionedThroughputExceededException', 'throttled'],
  ['RequestLimitExceeded', 'throttled'],
  ['ConflictException', 'conflict'],
  ['ValidationException', 'invalid'],
  ['ValidationError', 'invalid'],
  ['InvalidParameterException', 'invalid'],
  // The secret is scheduled for deletion.
  ['InvalidRequestException', 'invalid'],
  // The KMS key that protects a secret or parameter is disabled, gone, or another one than the value was encrypted with.
  ['DecryptionFailure', 'invalid'],
  ['InvalidKeyId', 'invalid'],
  // Step Functions, about the customer managed key of a state machine.
  ['KmsAccessDeniedException', 'accessDenied'],
  ['KmsInvalidStateException', 'invalid'],
  ['KmsThrottlingException', 'throttled'],
  ['ServiceQuotaExceededException', 'quotaExceeded'],
  ['PublicPolicyException', 'publicPolicy'],
]);

/** Errors of the network from before a connection was there. */
const NEVER_SENT: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

/** What is not in the tables may have been executed. */
export function faultKind({ name, code }: { readonly name: string; readonly code?: unknown }): FaultKind {
  return NEVER_SENT.has(String(code)) ? 'unreachable' : KINDS.get(name) ?? 'unknownOutcome';
}
