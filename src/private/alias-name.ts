import { Token } from 'aws-cdk-lib/core';
import { PaymentKeyError } from './errors';

/** API: shape AliasName of AWS Payment Cryptography. */
const ALIAS_NAME = /^alias\/[a-zA-Z0-9/_-]+$/;
const LONGEST = 256;

/**
 * Refuses the name of an alias that can not be one. Tokens pass.
 *
 * @param path the construct, for the error
 * @throws InvalidAliasName
 */
export function checkAliasName(path: string, name: string): void {
  if (Token.isUnresolved(name) || (ALIAS_NAME.test(name) && name.length <= LONGEST)) { return; }
  throw new PaymentKeyError('InvalidAliasName', `${path}: '${name}' is not the name of an alias. `
    + `Expected 'alias/' and then letters, digits, '/', '_' or '-', ${LONGEST} characters at most, for example 'alias/card-verification'`);
}
