import { authRequestCryptogramOperations } from './auth-request-cryptogram';
import { cardValidationDataOperations } from './card-validation-data';
import { emvPinChangeOperations } from './emv-pin-change';
import { encryptionOperations } from './encryption';
import { keyMaterialTranslationOperations } from './key-material-translation';
import { keyValidationOperations } from './key-validation';
import { macOperations } from './mac';
import { pinDataOperations } from './pin-data';
import { pinTranslationOperations } from './pin-translation';
import { Operations } from '../operations/operation';

/** The operations of the data plane. */
export const dataPlaneOperations: Operations = {
  ...cardValidationDataOperations,
  ...pinDataOperations,
  ...pinTranslationOperations,
  ...macOperations,
  ...encryptionOperations,
  ...authRequestCryptogramOperations,
  ...emvPinChangeOperations,
  ...keyMaterialTranslationOperations,
  ...keyValidationOperations,
};
