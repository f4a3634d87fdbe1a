import { EmulatedService } from './emulated-services';
import { Protocol } from './protocols';

/** What a request asks for, however its protocol spells that. */
export type Call = OperationCall | StrangeCall;

/** A request to a service that is emulated, though perhaps for an operation that it does not have. */
export interface OperationCall {
  readonly kind: 'operation';
  readonly protocol: Protocol;
  readonly service: EmulatedService;
  readonly operation: string;
  /** Reads the input. Throws a SerializationException when it cannot be read. */
  input(): unknown;
}

/** A request for a service, an operation or a path that nobody here has: it is refused with the message. */
export interface StrangeCall {
  readonly kind: 'strange';
  readonly protocol: Protocol;
  /** What was asked for, for the log. */
  readonly service?: string;
  readonly operation?: string;
  /** What the caller is told. */
  readonly message: string;
}
