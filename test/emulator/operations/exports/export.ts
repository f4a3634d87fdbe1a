import { ExportedKey } from './exported-key';
import { Context } from '../../service';

export interface WrappedKey {
  readonly WrappingKeyArn: string;
  readonly WrappedKeyMaterialFormat: 'KEY_CRYPTOGRAM' | 'TR31_KEY_BLOCK' | 'TR34_KEY_BLOCK';
  readonly KeyMaterial: string;
}

/** A way to export: a member of the union KeyMaterial. */
export type Export<Input = never> = (context: Context, key: ExportedKey, input: Input) => WrappedKey;
