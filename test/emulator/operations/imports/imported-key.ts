import { KeyBlockHeader } from '../../key-block';
import { attributesFromHeader, isExportable } from '../../key-block-attributes';
import { KeyMaterial } from '../../key-material';
import { ImportedHeader } from '../../key-record';
import { Context } from '../../service';
import { KeyAttributes } from '../../shapes';
import { SecretKey, requireStrengthOfImport } from '../../wrapping-keys';

/** What an import turned out to contain. */
export interface ImportedKey {
  readonly attributes: KeyAttributes;
  readonly exportable: boolean;
  readonly material: KeyMaterial;
  readonly importedHeader?: ImportedHeader;
  /** Of a root certificate, which a team may have to approve. */
  readonly needsApproval?: boolean;
  /** To be called when the key was added: what made the import possible may be used up by it. */
  readonly onAdded?: () => void;
}

/** A way to import: a member of the union KeyMaterial. */
export type Import<Input = never> = (context: Context, input: Input) => ImportedKey;

/** The key inside a key block, or a structure with the header of one. */
export function keyWithHeader(context: Context, header: KeyBlockHeader, secret: Buffer, protection: SecretKey['algorithm']): ImportedKey {
  const attributes = attributesFromHeader(header, secret);
  requireStrengthOfImport(context, protection, attributes.KeyAlgorithm);
  const { exportability, keyVersion } = header;
  // The check value of the wrapping key says nothing about this key.
  const optionalBlocks = new Map([...header.optionalBlocks].filter(([id]) => id !== 'KP'));
  return { attributes, exportable: isExportable(header), material: { secret }, importedHeader: { exportability, keyVersion, optionalBlocks } };
}
