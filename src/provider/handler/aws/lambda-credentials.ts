import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * What the bundle has in place of `@aws-sdk/credential-provider-node` (see the bundler in .projenrc.ts): Lambda puts a function's
 * credentials into its environment. The SDK's default chain would ship clients of SSO and STS that a function never calls.
 */
export const defaultProvider = fromEnv;
