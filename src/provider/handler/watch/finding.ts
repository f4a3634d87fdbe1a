import { FindingCode } from '../../contract/finding-codes';

/** What makes a finding the same one the next time. */
export interface FindingIdentity {
  readonly code: FindingCode;
  readonly logicalId: string;
  readonly region: string;
  /** Which of several: a tag, an alias. */
  readonly subject?: string;
}

/** One difference between a resource and its declaration. */
export interface Finding extends FindingIdentity {
  readonly resourceType: string;
  /** The key that it is about; absent for what is about no key. */
  readonly keyArn?: string;
  readonly declared: string;
  readonly found: string;
  /** For people: what it means, if more is known than declared and found. */
  readonly message?: string;
  /** The command of the AWS CLI that shows it. */
  readonly command: string;
}

/** As text, to compare. */
export function identityOf({ code, logicalId, region, subject = '' }: FindingIdentity): string {
  return JSON.stringify([code, logicalId, region, subject]);
}
