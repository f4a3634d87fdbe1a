/** Where the tests on an account have their keys. */
export const PRIMARY = 'us-east-1';
export const REPLICAS = ['us-west-2', 'eu-west-1'];
