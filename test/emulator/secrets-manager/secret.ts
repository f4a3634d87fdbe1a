/**
 * A secret of AWS Secrets Manager and its versions.
 *
 * A version never changes, but staging labels move from version to version, and each label is at one version only. When
 * AWSCURRENT moves, AWSPREVIOUS moves to the version that AWSCURRENT was at. A version without labels is deprecated: it can
 * still be read by its id, until the service removes it.
 */
import { RandomBytes } from '../key-material';
import { Context } from '../service';
import { Tag } from '../shapes';

export type SecretValue =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'binary'; readonly base64: string };

export interface SecretVersion {
  readonly id: string;
  readonly value: SecretValue;
  readonly createdAt: number;
  readonly labels: readonly string[];
}

export interface SecretDescription {
  readonly description?: string;
  readonly kmsKeyId?: string;
  readonly tags?: readonly Tag[];
}

export interface Secret extends SecretDescription {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  changedAt: number;
  /** The oldest first. */
  versions: readonly SecretVersion[];
  /** When it is gone; absent unless it is scheduled for deletion. */
  deletionAt?: number;
}

export const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

const SUFFIX_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** What Secrets Manager puts behind a name, so that a secret that is made again has another ARN. */
const suffix = (random: RandomBytes): string => Array.from(random(6), byte => SUFFIX_CHARACTERS[byte % SUFFIX_CHARACTERS.length]).join('');

export function newVersionId(random: RandomBytes): string {
  return random(16).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export function createSecretNamed({ service, region, now }: Context, name: string, description: SecretDescription = {}): Secret {
  const { account, random } = service.options;
  const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix(random)}`;
  const secret: Secret = { ...description, arn, name, createdAt: now, changedAt: now, versions: [] };
  service.secrets.set(`${region}/${name}`, secret);
  return secret;
}

/** The first version of a secret is the current one, whatever other labels it gets. */
export function addSecretVersion(secret: Secret, id: string, value: SecretValue, labels: readonly string[], now: number): void {
  const all = secret.versions.length === 0 ? new Set([CURRENT, ...labels]) : new Set(labels);
  secret.versions = [...secret.versions, { id, value, createdAt: now, labels: [] }];
  secret.changedAt = now;
  for (const label of all) moveLabel(secret, label, id);
}

/** Moves a label to a version; without one, takes it away. */
export function moveLabel(secret: Secret, label: string, to: string | undefined): void {
  const from = versionLabelled(secret, label);
  secret.versions = secret.versions.map(version => {
    const others = version.labels.filter(each => each !== label);
    return { ...version, labels: version.id === to ? [...others, label] : others };
  });
  if (label === CURRENT && from !== undefined && from.id !== to) moveLabel(secret, PREVIOUS, from.id);
}

export const versionLabelled = ({ versions }: Secret, label: string): SecretVersion | undefined =>
  versions.find(({ labels }) => labels.includes(label));

export const versionWithId = ({ versions }: Secret, id: string): SecretVersion | undefined => versions.find(version => version.id === id);

export const sameValue = (one: SecretValue, other: SecretValue): boolean => JSON.stringify(one) === JSON.stringify(other);
