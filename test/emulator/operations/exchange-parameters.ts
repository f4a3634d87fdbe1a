import { toWire } from '../certificates/certificate';
import { invalid } from '../errors';
import { ExchangeDirection, ExchangeMaterialType, ExchangeToken, exchangeToken } from '../exchange-token';
import { Context } from '../service';
import { KeyAlgorithm } from '../shapes';
import { Operations } from './operation';

const MATERIAL_TYPES: Readonly<Record<ExchangeDirection, readonly string[]>> = {
  import: ['TR34_KEY_BLOCK', 'KEY_CRYPTOGRAM'],
  export: ['TR34_KEY_BLOCK'],
};

async function tokenFor(
  context: Context, direction: ExchangeDirection, materialType: string, algorithm: KeyAlgorithm, reuse: boolean | undefined,
): Promise<ExchangeToken> {
  const types = MATERIAL_TYPES[direction];
  if (!types.includes(materialType)) throw invalid(`There are parameters for the ${direction} of ${types.join(' and ')} only, not of ${materialType}.`);
  // The model names RSA_2048 for TR-34, and published samples ask for RSA_3072.
  if (!algorithm.startsWith('RSA_')) throw invalid(`Parameters for the ${direction} of ${materialType} have an RSA key, not one of ${algorithm}.`);
  return exchangeToken(context, { direction, materialType: materialType as ExchangeMaterialType, algorithm }, reuse ?? false);
}

interface ParametersInput {
  readonly KeyMaterialType: string;
  readonly ReuseLastGeneratedToken?: boolean;
}

async function getParametersForImport(context: Context, input: ParametersInput & { readonly WrappingKeyAlgorithm: KeyAlgorithm }): Promise<object> {
  const { KeyMaterialType, WrappingKeyAlgorithm, ReuseLastGeneratedToken } = input;
  const { id, certificate, validUntil } = await tokenFor(context, 'import', KeyMaterialType, WrappingKeyAlgorithm, ReuseLastGeneratedToken);
  return {
    WrappingKeyCertificate: toWire(certificate.certificate),
    WrappingKeyCertificateChain: toWire(certificate.chain),
    WrappingKeyAlgorithm,
    ImportToken: id,
    ParametersValidUntilTimestamp: validUntil / 1000,
  };
}

async function getParametersForExport(context: Context, input: ParametersInput & { readonly SigningKeyAlgorithm: KeyAlgorithm }): Promise<object> {
  const { KeyMaterialType, SigningKeyAlgorithm, ReuseLastGeneratedToken } = input;
  const { id, certificate, validUntil } = await tokenFor(context, 'export', KeyMaterialType, SigningKeyAlgorithm, ReuseLastGeneratedToken);
  return {
    SigningKeyCertificate: toWire(certificate.certificate),
    SigningKeyCertificateChain: toWire(certificate.chain),
    SigningKeyAlgorithm,
    ExportToken: id,
    ParametersValidUntilTimestamp: validUntil / 1000,
  };
}

export const exchangeParameterOperations: Operations = {
  GetParametersForImport: getParametersForImport,
  GetParametersForExport: getParametersForExport,
};
