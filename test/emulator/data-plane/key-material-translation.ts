import { AgreementInput, agreeWith } from '../agreed-keys';
import { openKeyBlock, sealKeyBlock } from '../key-block';
import { attributesFromHeader, versionUnder } from '../key-block-attributes';
import { Operations } from '../operations/operation';
import { refusing } from '../refusals';
import { Context } from '../service';
import { KeyCheckValueAlgorithm } from '../shapes';
import { findWrappingKey, requireStrength } from '../wrapping-keys';
import { checkValueOf } from './wrapped-key';

interface TranslateKeyInput {
  readonly IncomingKeyMaterial: { readonly DiffieHellmanTr31KeyBlock: AgreementInput & { readonly WrappedKeyBlock: string } };
  readonly OutgoingKeyMaterial: { readonly Tr31KeyBlock: { readonly WrappingKeyIdentifier: string } };
  readonly KeyCheckValueAlgorithm?: KeyCheckValueAlgorithm;
}

/** A key block that leaves as it came, but for its protection. */
function translateKeyMaterial(context: Context, input: TranslateKeyInput): object {
  const { DiffieHellmanTr31KeyBlock: incoming } = input.IncomingKeyMaterial;
  const agreed = agreeWith(context, incoming);
  const { header, key: secret } = openKeyBlock(incoming.WrappedKeyBlock, agreed.secret);
  const { KeyAlgorithm: algorithm } = attributesFromHeader(header, secret);
  const wrapping = findWrappingKey(context, input.OutgoingKeyMaterial.Tr31KeyBlock.WrappingKeyIdentifier, 'Wrap');
  requireStrength(wrapping.algorithm, algorithm);
  const outgoing = { ...header, version: versionUnder(wrapping.algorithm) };
  return {
    WrappedKey: {
      WrappedKeyMaterial: sealKeyBlock(outgoing, secret, wrapping.secret, context.service.options.random),
      KeyCheckValue: checkValueOf({ secret }, algorithm, input.KeyCheckValueAlgorithm),
      WrappedKeyMaterialFormat: 'TR31_KEY_BLOCK',
    },
  };
}

export const keyMaterialTranslationOperations: Operations = {
  TranslateKeyMaterial: (context, input: TranslateKeyInput) => refusing(() => translateKeyMaterial(context, input)),
};
