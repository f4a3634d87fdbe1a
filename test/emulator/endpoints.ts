/**
 * How the SDKs find the services that the emulator stands in for, where a local AWS engine stands in for all others. Secrets and
 * parameters are not among them: stacks make theirs in the engine, and what is stored there must be what a function reads.
 */
export const emulatedEndpoints = (url: string): Record<string, string> => ({
  AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY: url,
  AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY_DATA: url,
  AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: url,
});
