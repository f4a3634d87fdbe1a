import { KeyObject, X509Certificate } from 'node:crypto';
import { Export, WrappedKey } from './export';
import { ExportedKey, exportHeader, KeyBlockHeaders } from './exported-key';
import { AgreementInput, agreeWith } from '../../agreed-keys';
import { invalid } from '../../errors';
import { ExchangeToken, findExchangeToken, noteTokenUse } from '../../exchange-token';
import { sealKeyBlock, writeHeader } from '../../key-block';
import { versionUnder } from '../../key-block-attributes';
import { sealTr34 } from '../../key-exchange/tr34';
import { Context } from '../../service';
import { SecretKey, certificateOf, certifiedBy, findAuthority, findKeyPair, findWrappingKey, partyOf, requireStrength, rsaAlgorithmOf } from '../../wrapping-keys';

function sealed({ service }: Context, key: ExportedKey, protection: SecretKey, headers: KeyBlockHeaders | undefined): WrappedKey {
  requireStrength(protection.algorithm, key.attributes.KeyAlgorithm);
  const header = exportHeader(key, versionUnder(protection.algorithm), headers);
  return {
    WrappingKeyArn: protection.arn,
    WrappedKeyMaterialFormat: 'TR31_KEY_BLOCK',
    KeyMaterial: sealKeyBlock(header, key.secret, protection.secret, service.options.random),
  };
}

interface Tr31Input {
  readonly WrappingKeyIdentifier: string;
  readonly KeyBlockHeaders?: KeyBlockHeaders;
}

export const exportTr31: Export<Tr31Input> = (context, key, input) =>
  sealed(context, key, findWrappingKey(context, input.WrappingKeyIdentifier, 'Wrap'), input.KeyBlockHeaders);

export const exportAgreedTr31: Export<AgreementInput & { readonly KeyBlockHeaders?: KeyBlockHeaders }> = (context, key, input) => {
  const protection = agreeWith(context, input);
  requireStrength(protection.curve, protection.algorithm);
  return sealed(context, key, protection, input.KeyBlockHeaders);
};

interface Tr34Input {
  readonly CertificateAuthorityPublicKeyIdentifier: string;
  readonly WrappingKeyCertificate: string;
  readonly ExportToken?: string;
  readonly SigningKeyIdentifier?: string;
  readonly SigningKeyCertificate?: string;
  readonly RandomNonce?: string;
  readonly KeyBlockHeaders?: KeyBlockHeaders;
}

interface Signer {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
  readonly token?: ExchangeToken;
}

/** With whose key the service signs: that of a token, or a key pair of the account. */
function signerOf(context: Context, input: Tr34Input): Signer {
  const { ExportToken, SigningKeyIdentifier, SigningKeyCertificate } = input;
  // The model permits an empty token, which is none.
  const tokenId = ExportToken === '' ? undefined : ExportToken;
  if ((tokenId === undefined) === (SigningKeyIdentifier === undefined)) {
    throw invalid('Tr34KeyBlock needs either ExportToken or SigningKeyIdentifier.');
  }
  if (tokenId !== undefined) {
    const token = findExchangeToken(context, tokenId, 'export', 'TR34_KEY_BLOCK');
    return { certificate: new X509Certificate(token.certificate.certificate), privateKey: token.keyPair.privateKey, token };
  }
  if (SigningKeyCertificate === undefined) throw invalid('SigningKeyIdentifier needs SigningKeyCertificate, by which the receiver knows the sender.');
  const keyPair = findKeyPair(context, SigningKeyIdentifier!, ['TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE'], 'Sign');
  return { certificate: certificateOf(keyPair, SigningKeyCertificate, 'SigningKeyCertificate'), privateKey: keyPair.privateKey };
}

export const exportTr34: Export<Tr34Input> = (context, key, input) => {
  const authority = findAuthority(context, input.CertificateAuthorityPublicKeyIdentifier);
  const receiver = certifiedBy(authority, context, input.WrappingKeyCertificate, 'WrappingKeyCertificate');
  requireStrength(rsaAlgorithmOf(receiver, 'WrappingKeyCertificate'), key.attributes.KeyAlgorithm);
  const signer = signerOf(context, input);
  if (input.RandomNonce === undefined) throw invalid('RandomNonce is missing: a key block of TR-34 in two passes contains that of its receiver.');
  const cipher = key.attributes.KeyAlgorithm.startsWith('TDES_') ? 'TDES' : 'AES_128';
  const version = cipher === 'TDES' ? 'B' : 'D';
  const token = sealTr34({
    content: { header: writeHeader(exportHeader(key, version, input.KeyBlockHeaders), cipher === 'TDES' ? 8 : 16, 0), key: key.secret },
    sender: { ...partyOf(signer.certificate), privateKey: signer.privateKey },
    receiver: partyOf(receiver),
    nonce: Buffer.from(input.RandomNonce, 'hex'),
    cipher,
    random: context.service.options.random,
  });
  if (signer.token !== undefined) noteTokenUse(context, signer.token);
  return { WrappingKeyArn: authority.arn, WrappedKeyMaterialFormat: 'TR34_KEY_BLOCK', KeyMaterial: token.toString('hex').toUpperCase() };
};
