import { createHash } from 'crypto';
import { KeyMaterial } from '../../../../contract/key-material';
import { KeyProperties } from '../../../../contract/multi-region-payment-key';
import { MATERIAL_TAG } from '../../../../contract/ownership-tags';
import { Key } from '../../../control-plane/port';
import { Tags } from '../../ownership';

/*
 * Which material a key has. The service does not tell, so the key bears a tag: a digest of the reference to its wrapped key,
 * version included, or of its certificate. Another wrapping key for the same version is no other material.
 */

export function materialId(material: KeyMaterial): string {
  const identity = 'WrappedKey' in material ? Object.entries(material.WrappedKey).sort() : material.Certificate.replace(/\s+/g, '');
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
}

/** How the material of a key differs from what is declared, for people; empty if it does not. */
export function materialDifferences({ origin }: Key, tags: Tags, declared: KeyProperties, previous: KeyProperties | undefined): readonly string[] {
  const isImported = origin === 'EXTERNAL';
  if (!declared.Material) { return isImported ? ['its material was imported, declared is a generated one'] : []; }
  if (!isImported) { return ['its material was generated, declared is an imported one']; }
  // Others may have taken the tag away: then the declarations tell.
  const is = tags.get(MATERIAL_TAG) ?? (previous?.Material && materialId(previous.Material));
  return is === undefined || is === materialId(declared.Material) ? [] : ['its material was imported from another version or place, or is of another certificate, than what is declared'];
}

/** Whether the template asks for other material than before. */
export function asksForOtherMaterial(declared: KeyProperties, previous: KeyProperties): boolean {
  const [now, before] = [declared, previous].map(({ Material: material }) => material && materialId(material));
  return now !== before;
}
