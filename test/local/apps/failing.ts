/** The service makes the key, but it is not the one that is expected. */
import { App, Stack } from 'aws-cdk-lib';
import { MultiRegionPaymentKey, PaymentKeySpec } from 'cdk-multi-region-payment-keys';

const stack = new Stack(new App(), 'Failing', { env: { region: 'us-east-1' } });
new MultiRegionPaymentKey(stack, 'Pek', { spec: PaymentKeySpec.pinEncryption(), replicationRegions: [], expectedKeyCheckValue: '000000' });
