/** What an error of the service says about the request. Read from the error's name, never from its text. */
export type FaultKind =
  /** The resource does not exist: a fact. */
  | 'notFound'
  /** Not executed. Says nothing about whether the resource exists. */
  | 'accessDenied'
  /** Not executed; may be repeated. */
  | 'throttled'
  /** Never sent. */
  | 'unreachable'
  /** Not executed: the resource is in a state, or another change under way, that forbids it now. */
  | 'conflict'
  /** Not executed: the request can not succeed as it is. */
  | 'invalid'
  | 'quotaExceeded'
  /** Not executed: a resource policy would let everybody in. */
  | 'publicPolicy'
  /** Executed or not: nobody knows. */
  | 'unknownOutcome';

export class ServiceFault extends Error {
  constructor(
    readonly kind: FaultKind,
    readonly operation: string,
    readonly region: string,
    /** The error's name as the service spells it. */
    readonly code: string,
    detail: string,
  ) {
    super(`${operation} in ${region}: ${code}${detail ? `: ${detail}` : ''}`);
    this.name = 'ServiceFault';
  }

  /** True when the quota is spent that all share who manage keys. */
  get spentQuotaOfKeys(): boolean {
    return this.kind === 'throttled' && !OF_OTHER_SERVICES.includes(this.operation);
  }

  /** True when the service said, in so many words, that it did nothing. */
  get provesNotExecuted(): boolean {
    return this.kind !== 'unknownOutcome';
  }
}

/** Operations with quotas of their own. */
const OF_OTHER_SERVICES = [
  'ListExecutions', 'StopExecution', 'GetExecutionHistory', 'GetParameter', 'GetParameterHistory', 'PutParameter', 'GetResources',
];

/** What a call gives or does; what does not exist gives `undefined`, and is no fault to whom wants it gone. */
export async function ifFound<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (fault) {
    if (fault instanceof ServiceFault && fault.kind === 'notFound') { return undefined; }
    throw fault;
  }
}

const KINDS: Record<string, FaultKind> = {
  ResourceNotFoundException: 'notFound',
  AccessDeniedException: 'accessDenied',
  // Refused for who asks, before anybody looked at what is asked.
  UnrecognizedClientException: 'accessDenied',
  InvalidClientTokenId: 'accessDenied',
  InvalidSignatureException: 'accessDenied',
  IncompleteSignatureException: 'accessDenied',
  MissingAuthenticationTokenException: 'accessDenied',
  ExpiredTokenException: 'accessDenied',
  CredentialsProviderError: 'unreachable',
  ThrottlingException: 'throttled',
  ThrottledException: 'throttled',
  TooManyRequestsException: 'throttled',
  ConflictException: 'conflict',
  ValidationException: 'invalid',
  InvalidParameterException: 'invalid',
  ServiceQuotaExceededException: 'quotaExceeded',
  PublicPolicyException: 'publicPolicy',
  // Systems Manager Parameter Store.
  ParameterNotFound: 'notFound',
  TooManyUpdates: 'throttled',
  ParameterLimitExceeded: 'quotaExceeded',
  ParameterMaxVersionLimitExceeded: 'quotaExceeded',
};

/** Errors of the network from before a connection was there. */
const NEVER_SENT = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'];

/** What is not in the tables may have been executed. */
export function faultKind({ name, code }: { readonly name: string; readonly code?: unknown }): FaultKind {
  return NEVER_SENT.includes(String(code)) ? 'unreachable' : KINDS[name] ?? 'unknownOutcome';
}
