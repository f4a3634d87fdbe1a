const PAYMENTS = 'com.amazonaws.paymentcryptography#';
const FRAMEWORK = 'com.amazon.coral.service#';
/** Services beside the two planes name their errors without a namespace. */
const BESIDE = '';

/** Every error the emulator answers with: its HTTP status and the namespace of its type. */
const ERRORS = {
  AccessDeniedException: { status: 400, namespace: PAYMENTS },
  ConflictException: { status: 400, namespace: PAYMENTS },
  InternalServerException: { status: 500, namespace: PAYMENTS },
  PublicPolicyException: { status: 400, namespace: PAYMENTS },
  ResourceNotFoundException: { status: 400, namespace: PAYMENTS },
  ServiceQuotaExceededException: { status: 400, namespace: PAYMENTS },
  // The service says 500 here, not 503.
  ServiceUnavailableException: { status: 500, namespace: PAYMENTS },
  ThrottlingException: { status: 400, namespace: PAYMENTS },
  ValidationException: { status: 400, namespace: PAYMENTS },
  VerificationFailedException: { status: 400, namespace: PAYMENTS },

  IncompleteSignatureException: { status: 400, namespace: FRAMEWORK },
  InvalidSignatureException: { status: 400, namespace: FRAMEWORK },
  MissingAuthenticationTokenException: { status: 400, namespace: FRAMEWORK },
  SerializationException: { status: 400, namespace: FRAMEWORK },
  UnknownOperationException: { status: 400, namespace: FRAMEWORK },
  UnrecognizedClientException: { status: 400, namespace: FRAMEWORK },

  // Of the Resource Groups Tagging API and of Secrets Manager.
  InvalidParameterException: { status: 400, namespace: BESIDE },

  // Of Secrets Manager.
  DecryptionFailure: { status: 400, namespace: BESIDE },
  InternalServiceError: { status: 500, namespace: BESIDE },
  InvalidNextTokenException: { status: 400, namespace: BESIDE },
  InvalidRequestException: { status: 400, namespace: BESIDE },
  ResourceExistsException: { status: 400, namespace: BESIDE },

  // Of Parameter Store.
  HierarchyTypeMismatchException: { status: 400, namespace: BESIDE },
  InternalServerError: { status: 500, namespace: BESIDE },
  InvalidNextToken: { status: 400, namespace: BESIDE },
  InvalidKeyId: { status: 400, namespace: BESIDE },
  ParameterAlreadyExists: { status: 400, namespace: BESIDE },
  ParameterNotFound: { status: 400, namespace: BESIDE },
  ParameterVersionNotFound: { status: 400, namespace: BESIDE },
  TooManyUpdates: { status: 400, namespace: BESIDE },
} as const;

export type ErrorType = keyof typeof ERRORS;

export const ERROR_TYPES = Object.keys(ERRORS) as ErrorType[];

/** A member of an input, and what is wrong with it. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export type VerificationFailure = 'INVALID_MAC' | 'INVALID_PIN' | 'INVALID_VALIDATION_DATA' | 'INVALID_AUTH_REQUEST_CRYPTOGRAM';

/** What an error says besides its message, named as in the models. */
export interface ErrorMembers {
  readonly ResourceId?: string;
  readonly Reason?: VerificationFailure;
  /** Of the data plane only. */
  readonly fieldList?: readonly FieldProblem[];
}

/** An answer that says no. */
export class ServiceError extends Error {
  readonly status: number;

  constructor(readonly type: ErrorType, message: string, readonly members: ErrorMembers = {}) {
    super(message);
    this.name = type;
    this.status = ERRORS[type].status;
  }

  body(): Record<string, string> {
    const __type = ERRORS[this.type].namespace + this.type;
    // ResourceNotFoundException has no message in the model, only the resource.
    return this.type === 'ResourceNotFoundException'
      ? { __type, ResourceId: this.members.ResourceId ?? '' }
      : { __type, Message: this.message };
  }
}

/** The network failed: the caller cannot know whether the request was executed. */
export class ConnectionLostError extends Error {
  readonly code = 'ECONNRESET';

  constructor(readonly executed: boolean) {
    super('socket hang up');
    this.name = 'ConnectionLostError';
  }
}

export const invalid = (message: string, fieldList?: readonly FieldProblem[]): ServiceError =>
  new ServiceError('ValidationException', message, { fieldList });

export const notFound = (resourceId: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `${resourceId} does not exist.`, { ResourceId: resourceId });

export const verificationFailed = (reason: VerificationFailure, message: string): ServiceError =>
  new ServiceError('VerificationFailedException', message, { Reason: reason });

export const quotaExceeded = (message: string): ServiceError => new ServiceError('ServiceQuotaExceededException', message);
