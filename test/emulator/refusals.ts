import { CertificateError } from './certificates/certificate';
import { DerError } from './der';
import { invalid } from './errors';
import { KeyBlockError } from './key-block';
import { Tr34Error } from './key-exchange/tr34';

const REFUSALS = [CertificateError, DerError, KeyBlockError, Tr34Error];

/** What is built without knowledge of the service refuses with errors of its own; the service answers them as its own. */
export function refusing<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (REFUSALS.some(refusal => error instanceof refusal)) throw invalid((error as Error).message);
    throw error;
  }
}
