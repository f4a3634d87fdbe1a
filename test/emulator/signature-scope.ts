import { ServiceError } from './errors';

/** Who calls which service in which Region, as the signature of a request says. */
export interface SignatureScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly signingName: string;
}

const SCOPE = /^AWS4-(?:HMAC-SHA256|ECDSA-P256-SHA256) .*?Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request\b/;

/** Reads the credential scope of a SigV4 Authorization header. The signature itself is not verified: any key will do. */
export function readSignatureScope(authorization: string | undefined): SignatureScope | ServiceError {
  if (authorization === undefined || authorization === '') {
    return new ServiceError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  const match = SCOPE.exec(authorization);
  if (!match) {
    return new ServiceError('IncompleteSignatureException', 'The Authorization header has no credential scope of AWS Signature Version 4.');
  }
  const [, accessKeyId, region, signingName] = match;
  return { accessKeyId, region, signingName };
}
