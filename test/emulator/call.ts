import { EmulatedService } from './emulated-services';
import { Protocol } from './protocols';

/** What a request asks for, however its protocol spells that. */
export interface Call {
  readonly protocol: Protocol;
  /** Absent: nothing here answers to what the request addresses. */
  readonly service?: EmulatedService;
  /** As the request names it, known or not. */
  readonly operation?: string;
  /** Reads the input. Throws a SerializationException when it cannot be read. */
  input(): unknown;
}
