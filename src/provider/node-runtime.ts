import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { Token } from 'aws-cdk-lib/core';
import { PaymentKeyError } from '../private/errors';

/** What the function is bundled for. */
const OLDEST_NODE = 20;

/** The version of Node.js; `undefined` while it is not known, and of other runtimes. */
export function nodeVersion(runtime: string): number | undefined {
  const [, version] = /^nodejs(\d+)\./.exec(Token.isUnresolved(runtime) ? '' : runtime) ?? [];
  return version === undefined ? undefined : Number(version);
}

export function checkRuntime(path: string, { name }: Runtime): void {
  if (Token.isUnresolved(name) || (nodeVersion(name) ?? 0) >= OLDEST_NODE) { return; }
  throw new PaymentKeyError('UnsupportedRuntime',
    `${path}: the function needs a Node.js runtime of version ${OLDEST_NODE} or newer, but got ${name}. Choose one, or leave runtime out`);
}
