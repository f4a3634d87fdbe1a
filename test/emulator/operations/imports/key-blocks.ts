import { KeyObject, X509Certificate } from 'node:crypto';
import { Import, keyWithHeader } from './imported-key';
import { AgreementInput, agreeWith } from '../../agreed-keys';
import { invalid } from '../../errors';
import { ExchangeToken, findExchangeToken, noteTokenUse } from '../../exchange-token';
import { openKeyBlock, readHeaderAlone } from '../../key-block';
import { openTr34 } from '../../key-exchange/tr34';
import { Context } from '../../service';
import { certificateOf, certifiedBy, findAuthority, findKeyPair, findWrappingKey, partyOf, requireStrengthOfImport, rsaAlgorithmOf } from '../../wrapping-keys';

interface Tr31Input {
  readonly WrappingKeyIdentifier: string;
  readonly WrappedKeyBlock: string;
}

export const importTr31: Import<Tr31Input> = (context, { WrappingKeyIdentifier, WrappedKeyBlock }) => {
  const protection = findWrappingKey(context, WrappingKeyIdentifier, 'Unwrap');
  const { header, key } = openKeyBlock(WrappedKeyBlock, protection.secret);
  return keyWithHeader(context, header, key, protection.algorithm);
};

export const importAgreedTr31: Import<AgreementInput & { readonly WrappedKeyBlock: string }> = (context, input) => {
  const protection = agreeWith(context, input);
  requireStrengthOfImport(context, protection.curve, protection.algorithm);
  const { header, key } = openKeyBlock(input.WrappedKeyBlock, protection.secret);
  return keyWithHeader(context, header, key, protection.algorithm);
};

interface Tr34Input {
  readonly CertificateAuthorityPublicKeyIdentifier: string;
  readonly SigningKeyCertificate: string;
  readonly WrappedKeyBlock: string;
  readonly ImportToken?: string;
  readonly WrappingKeyIdentifier?: string;
  readonly WrappingKeyCertificate?: string;
  readonly RandomNonce?: string;
}

interface Receiver {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
  readonly token?: ExchangeToken;
}

/** With whose key the sender encrypted: that of a token, or a key pair of the account. */
function receiverOf(context: Context, input: Tr34Input): Receiver {
  const { ImportToken, WrappingKeyIdentifier, WrappingKeyCertificate } = input;
  // The model permits an empty token, which is none.
  const tokenId = ImportToken === '' ? undefined : ImportToken;
  if ((tokenId === undefined) === (WrappingKeyIdentifier === undefined)) {
    throw invalid('Tr34KeyBlock needs either ImportToken or WrappingKeyIdentifier.');
  }
  if (tokenId !== undefined) {
    const token = findExchangeToken(context, tokenId, 'import', 'TR34_KEY_BLOCK');
    return { certificate: new X509Certificate(token.certificate.certificate), privateKey: token.keyPair.privateKey, token };
  }
  if (WrappingKeyCertificate === undefined) throw invalid('WrappingKeyIdentifier needs WrappingKeyCertificate, which the sender encrypted for.');
  const keyPair = findKeyPair(context, WrappingKeyIdentifier!, ['TR31_K2_TR34_ASYMMETRIC_KEY'], 'Unwrap');
  return { certificate: certificateOf(keyPair, WrappingKeyCertificate, 'WrappingKeyCertificate'), privateKey: keyPair.privateKey };
}

export const importTr34: Import<Tr34Input> = (context, input) => {
  const receiver = receiverOf(context, input);
  const authority = findAuthority(context, input.CertificateAuthorityPublicKeyIdentifier);
  const signing = certifiedBy(authority, context, input.SigningKeyCertificate, 'SigningKeyCertificate');
  rsaAlgorithmOf(signing, 'SigningKeyCertificate');
  if (input.RandomNonce === undefined) throw invalid('RandomNonce is missing: a key block of TR-34 in two passes contains one.');
  const { header, key } = openTr34({
    token: Buffer.from(input.WrappedKeyBlock, 'hex'),
    sender: partyOf(signing),
    receiver: { ...partyOf(receiver.certificate), privateKey: receiver.privateKey },
    nonce: Buffer.from(input.RandomNonce, 'hex'),
  });
  const imported = keyWithHeader(context, readHeaderAlone(header).header, key, rsaAlgorithmOf(receiver.certificate, 'WrappingKeyCertificate'));
  return { ...imported, onAdded: () => receiver.token && noteTokenUse(context, receiver.token) };
};
