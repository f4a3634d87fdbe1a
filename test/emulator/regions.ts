/** Where the service exists. */
export const PAYMENT_CRYPTOGRAPHY_REGIONS: readonly string[] = [
  'us-east-1', 'us-east-2', 'us-west-2', 'af-south-1', 'ap-south-1', 'ap-south-2', 'ap-northeast-1', 'ap-northeast-3',
  'ap-southeast-1', 'ap-southeast-2', 'ca-central-1', 'eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1',
];
