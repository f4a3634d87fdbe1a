/**
 * Tokens of imports and exports. A token stands for a key pair that the service made for the exchange: with that of
 * an import others encrypt, with that of an export the service signs.
 */
import { certify, IssuedCertificate } from './certificates/certificate-authority';
import { invalid, ServiceError } from './errors';
import { newKeyId } from './identifiers';
import { generateKeyPairMaterial, KeyPairMaterial } from './key-material';
import { Context } from './service';
import { KeyAlgorithm } from './shapes';

export type ExchangeDirection = 'import' | 'export';
export type ExchangeMaterialType = 'TR34_KEY_BLOCK' | 'KEY_CRYPTOGRAM';

export interface ExchangeTokenKind {
  readonly direction: ExchangeDirection;
  readonly materialType: ExchangeMaterialType;
  readonly algorithm: KeyAlgorithm;
}

export interface ExchangeToken extends ExchangeTokenKind {
  readonly id: string;
  readonly region: string;
  readonly keyPair: KeyPairMaterial;
  readonly certificate: IssuedCertificate;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

const DAY = 24 * 60 * 60 * 1000;
const TOKEN_DAYS = 30;
const DAYS_LEFT_FOR_REUSE = 7;

async function newToken(context: Context, kind: ExchangeTokenKind): Promise<ExchangeToken> {
  const { service, region, now } = context;
  const keyPair = await generateKeyPairMaterial(kind.algorithm);
  const certificate = await certify(service, keyPair.publicKey, TOKEN_DAYS, now);
  const id = `${kind.direction}-token-${newKeyId(service.options.random)}`;
  const token = { ...kind, id, region, keyPair, certificate, validUntil: certificate.validTo };
  service.exchangeTokens.set(id, token);
  return token;
}

/** The newest token of the kind that is still valid for a while, if the caller wants one again; or a new one. */
export async function exchangeToken(context: Context, kind: ExchangeTokenKind, reuse: boolean): Promise<ExchangeToken> {
  const { service, region, now } = context;
  const last = reuse && [...service.exchangeTokens.values()].filter(token =>
    token.direction === kind.direction && token.materialType === kind.materialType && token.algorithm === kind.algorithm
    && token.region === region && token.validUntil - now >= DAYS_LEFT_FOR_REUSE * DAY,
  ).at(-1);
  return last || newToken(context, kind);
}

/** The token a request names, if it can be used for that. */
export function findExchangeToken(context: Context, id: string, direction: ExchangeDirection, materialType: ExchangeMaterialType): ExchangeToken {
  const { service, region, now } = context;
  const token = service.exchangeTokens.get(id);
  const unusable = (reason: string): ServiceError =>
    new ServiceError(service.options.switches.unusableExchangeToken, `${id} ${reason}`, { ResourceId: id });
  if (token === undefined || token.region !== region || token.direction !== direction) throw unusable(`is no ${direction} token of this account in ${region}.`);
  if (token.validUntil < now) throw unusable(`has expired on ${new Date(token.validUntil).toISOString()}.`);
  if (token.materialType !== materialType) throw invalid(`${id} is for ${token.materialType}, not for ${materialType}.`);
  return token;
}

/** After a key was exchanged with it. */
export function noteTokenUse({ service }: Context, token: ExchangeToken): void {
  if (service.options.switches.exchangeTokenUse === 'single use') service.exchangeTokens.delete(token.id);
}
