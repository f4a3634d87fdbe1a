import { Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { Token } from 'aws-cdk-lib/core';
import { PaymentKeyError } from './errors';

/** What the functions of this library are bundled for. */
const OLDEST_NODE = 20;

/**
 * A copy: for `Runtime.NODEJS_LATEST` itself, the facts of all Regions are loaded, a tenth of a synth. They say the same, and a
 * template for any Region needs no mapping of them.
 */
export const NEWEST_EVERYWHERE = new Runtime(Runtime.NODEJS_LATEST.name, RuntimeFamily.NODEJS, { supportsInlineCode: true, isVariable: true });

/** `undefined` while it is not known, and of other runtimes. */
export function nodeVersion(runtime: string): number | undefined {
  const [, version] = /^nodejs(\d+)\./.exec(Token.isUnresolved(runtime) ? '' : runtime) ?? [];
  return version === undefined ? undefined : Number(version);
}

/** Refuses a runtime on which the bundle does not run. */
export function checkNodeRuntime(path: string, runtime: Runtime | undefined): void {
  if (!runtime || Token.isUnresolved(runtime.name) || (nodeVersion(runtime.name) ?? 0) >= OLDEST_NODE) { return; }
  throw new PaymentKeyError('UnsupportedRuntime',
    `${path}: the function needs a Node.js runtime of version ${OLDEST_NODE} or newer, but got ${runtime.name}. Choose one, or leave runtime out`);
}
