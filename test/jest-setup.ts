// The built-in template validation of aws-cdk-lib costs more than a second per test file; one test keeps it on.
process.env.CDK_VALIDATION ??= 'false';
process.env.JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION = '20';
