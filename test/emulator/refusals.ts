import { CertificateError } from './certificates/certificate';
import { invalid } from './errors';
import { KeyBlockError } from './key-block';
import { Tr34Error } from './key-exchange/tr34';

/** What is built without knowledge of the service refuses with errors of its own; the service answers them as its own. */
export function refusing<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof KeyBlockError || error instanceof Tr34Error || error instanceof CertificateError) throw invalid(error.message);
    throw error;
  }
}
