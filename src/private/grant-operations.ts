import { PaymentKeyError } from './errors';
import { PaymentKeyUsage } from '../payment-key-usage';

/** What is known of a key that decides which operations take it; what is not known is not checked. */
export interface KeyTraits {
  readonly usage?: string;
  readonly modesOfUse?: readonly string[];
  readonly exportable?: boolean;
}

interface Operation {
  /** Names of actions, which are the names of operations (Service Authorization Reference). */
  readonly actions: readonly string[];
  /** By key usage, as in TR-31, the modes of use of which one suffices. Absent: any key. */
  readonly takes?: Readonly<Record<string, readonly string[]>>;
  /** Takes every exportable key besides. */
  readonly takesExportable?: boolean;
  /** The service refuses it on replicas. */
  readonly primaryOnly?: boolean;
}

const ENCRYPT = ['Encrypt'];
const DECRYPT = ['Decrypt'];
const EITHER_WAY = ['Encrypt', 'Decrypt'];
const GENERATE = ['Generate'];
const VERIFY = ['Verify'];
const DERIVE = ['DeriveKey'];
const WRAP = ['Wrap'];
const UNWRAP = ['Unwrap'];
const ANY_MODE = ['Encrypt', 'Decrypt', 'Wrap', 'Unwrap', 'Sign', 'Verify', 'DeriveKey'];

const DUKPT = { B0: DERIVE };
const EMV_DATA = { E1: DERIVE, E6: DERIVE };
/** The key that works is in the request, wrapped with this one, or agreed upon with it. */
const DYNAMIC = { K0: UNWRAP, K1: UNWRAP, K3: DERIVE };
const mac = (mode: readonly string[]) => ({ M0: mode, M1: mode, M3: mode, M6: mode, M7: mode, E2: DERIVE, ...DUKPT });
const cardData = (mode: readonly string[]) => ({ C0: mode, E4: DERIVE, E6: DERIVE });

/**
 * Which keys an operation takes: User Guide, "Valid keys for cryptographic operations"; for wrapped and agreed keys,
 * DUKPT and EMV in requests, the API reference of the data plane. Where these differ, the wider counts.
 */
const OPERATIONS = {
  encryptData: { actions: ['EncryptData'], takes: { D0: ENCRYPT, D1: ENCRYPT, ...DUKPT, ...EMV_DATA, ...DYNAMIC } },
  decryptData: { actions: ['DecryptData'], takes: { D0: DECRYPT, D1: DECRYPT, ...DUKPT, ...EMV_DATA, ...DYNAMIC } },
  reEncryptData: { actions: ['ReEncryptData'], takes: { D0: EITHER_WAY, D1: EITHER_WAY, ...DUKPT, ...DYNAMIC } },
  generateMac: { actions: ['GenerateMac'], takes: mac(GENERATE) },
  verifyMac: { actions: ['VerifyMac'], takes: mac(VERIFY) },
  generateMacEmvPinChange: { actions: ['GenerateMacEmvPinChange'], takes: { P0: DECRYPT, E0: DERIVE, E1: DERIVE, E2: DERIVE } },
  generateCardValidationData: { actions: ['GenerateCardValidationData'], takes: cardData(GENERATE) },
  verifyCardValidationData: { actions: ['VerifyCardValidationData'], takes: cardData(VERIFY) },
  generatePinData: { actions: ['GeneratePinData'], takes: { V1: GENERATE, V2: GENERATE, P0: EITHER_WAY, ...DYNAMIC } },
  verifyPinData: { actions: ['VerifyPinData'], takes: { V1: VERIFY, V2: VERIFY, P0: DECRYPT, ...DUKPT, ...DYNAMIC } },
  translatePinData: { actions: ['TranslatePinData'], takes: { P0: EITHER_WAY, ...DUKPT, ...DYNAMIC } },
  generateAuthRequestCryptogram: { actions: ['GenerateAuthRequestCryptogram'], takes: { E0: DERIVE } },
  verifyAuthRequestCryptogram: { actions: ['VerifyAuthRequestCryptogram'], takes: { E0: DERIVE } },
  translateKeyMaterial: { actions: ['TranslateKeyMaterial'], takes: { K3: DERIVE, K0: WRAP, K1: WRAP } },
  exportKey: { actions: ['ExportKey'], takesExportable: true, takes: { K0: WRAP, K1: WRAP, K2: ANY_MODE, K3: DERIVE, S0: ANY_MODE } },
  getPublicKeyCertificate: { actions: ['GetPublicKeyCertificate'], takes: { D1: ANY_MODE, K2: ANY_MODE, K3: ANY_MODE, S0: ANY_MODE } },
  readMetadata: { actions: ['GetKey', 'ListTagsForResource'] },
  administer: {
    actions: ['GetKey', 'ListTagsForResource', 'GetResourcePolicy', 'StartKeyUsage', 'StopKeyUsage', 'RestoreKey'],
    primaryOnly: true,
  },
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;

export const OPERATION_NAMES = Object.keys(OPERATIONS) as OperationName[];

export function operation(name: OperationName): Operation {
  return OPERATIONS[name];
}

/**
 * The same for an operation of the data plane, as the API calls it. One that has no grant of its own is not checked.
 *
 * @throws OperationNotAllowedByKeyUsage
 */
export function checkApiOperation(path: string, apiName: string, traits: KeyTraits): void {
  const name = OPERATION_NAMES.find(one => operation(one).actions.length === 1 && operation(one).actions[0] === apiName);
  if (name) { checkOperation(path, name, traits); }
}

/** The usages that have a name here, by their code in TR-31, as in C0. */
const USAGES = new Map(Object.values(PaymentKeyUsage)
  .filter(member => member instanceof PaymentKeyUsage)
  .map(({ value }) => [value.split('_')[1], value]));

/**
 * Refuses an operation that the service surely refuses with this key.
 *
 * @throws OperationNotAllowedByKeyUsage, KeyNotExportable
 */
export function checkOperation(path: string, name: OperationName, { usage, modesOfUse, exportable }: KeyTraits): void {
  const { takes, takesExportable }: Operation = OPERATIONS[name];
  const code = [...USAGES].find(([, value]) => value === usage)?.[0];
  if (!takes || code === undefined || (takesExportable && exportable !== false)) { return; }
  const needed = takes[code];
  if (needed && (!modesOfUse || modesOfUse.includes('NoRestrictions') || needed.some(mode => modesOfUse.includes(mode)))) { return; }
  const expected = Object.entries(takes)
    .map(([taken, modes]) => `${USAGES.get(taken)}${modes === ANY_MODE ? '' : ` with ${modes.join(' or ')}`}`).join(', ');
  const got = `usage ${usage}${modesOfUse ? ` and modes of use ${modesOfUse.join('+')}` : ''}`;
  throw takesExportable
    ? new PaymentKeyError('KeyNotExportable',
      `${path}: ${name} is not possible, because the key is not exportable, and with ${got} it cannot protect the export `
      + `of another key either. Expected exportable to be true, or a key of usage ${expected}`)
    : new PaymentKeyError('OperationNotAllowedByKeyUsage',
      `${path}: ${name} is not possible with a key of ${got}. Expected a key of usage ${expected}. `
      + 'Grant it on such a key; what the service allows beyond that can be granted with grants.actions');
}
