import { createHash } from 'crypto';
import { Names } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** CloudWatch: characters of the value of a dimension, as far as aws-cdk-lib lets them be. */
const MOST_CHARACTERS = 255;
/** Of those that CloudWatch takes, the ones that a string in a query holds without being escaped. */
const PLAIN = /^[\w /.+=@#-]+$/;

/**
 * How a watch is called in its metrics, events, log lines and item: by its path in the stack. A path that CloudWatch would not take
 * has its other characters replaced, is cut, and ends with a hash, so that no two watches of a stack share a name.
 */
export function watchName(watch: Construct): string {
  const path = Names.stackRelativeConstructPath(watch);
  if (path.length <= MOST_CHARACTERS && PLAIN.test(path)) { return path; }
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return `${path.replace(/[^\w/.-]/g, '-').slice(0, MOST_CHARACTERS - hash.length - 1)}-${hash}`;
}
