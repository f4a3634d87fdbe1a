import { OperationCall } from '../call';
import { HttpRequest } from '../http-request';

/**
 * The operation of the data plane that a method and a path address; nothing when they address none.
 * Signature, Region, faults, quota, log and defects are the business of RequestHandling, as for every other service.
 */
export function dataPlaneCall(_request: HttpRequest): OperationCall | undefined {
  return undefined;
}
