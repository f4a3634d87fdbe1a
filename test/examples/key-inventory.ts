import { App, Stack } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { PaymentKeyInventory } from '../../src';

const app = new App();
const stack = new Stack(app, 'Payments', { env: { account: '111122223333', region: 'us-east-1' } });

const inventory = new PaymentKeyInventory(stack, 'Inventory', {
  bucket: Bucket.fromBucketName(stack, 'Evidence', 'evidence-111122223333'),
  schedule: Schedule.cron({ day: '1', hour: '3', minute: '0' }),
  regions: ['us-east-1', 'us-west-2'],
});
inventory.metricRetainedKeysWithoutStack().createAlarm(stack, 'RetainedKeys', { threshold: 1, evaluationPeriods: 1 });
app.synth();
