import { Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';

/**
 * A copy: for `Runtime.NODEJS_LATEST` itself, the facts of all Regions are loaded, a tenth of a synth. They say the same, and a
 * template for any Region needs no mapping of them.
 */
export const NEWEST_EVERYWHERE = new Runtime(Runtime.NODEJS_LATEST.name, RuntimeFamily.NODEJS, { supportsInlineCode: true, isVariable: true });
