import { Aws } from 'aws-cdk-lib/core';
import { checkAliasName } from '../src/private/alias-name';

test.each([
  'alias/a', 'alias/card-verification', 'alias/team/CVK_2', `alias/${'a'.repeat(250)}`, Aws.STACK_NAME, `alias/${Aws.STACK_NAME}`,
])('%s is a name', name => {
  expect(() => checkAliasName('Stack/Key', name)).not.toThrow();
});

test.each(['alias/', 'alias', 'cvk', '', 'Alias/cvk', 'alias/c v k', 'alias/cvk\n', 'x-alias/cvk', 'alias/cvk.1', `alias/${'a'.repeat(251)}`])('%j is none', name => {
  expect(() => checkAliasName('Stack/Key', name)).toThrow(expect.objectContaining({
    name: 'InvalidAliasName',
    message: `InvalidAliasName: Stack/Key: '${name}' is not the name of an alias. `
      + "Expected 'alias/' and then letters, digits, '/', '_' or '-', 256 characters at most, for example 'alias/card-verification'",
  }));
});
