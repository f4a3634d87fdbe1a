/** What the stack declares, step by step, while a key goes from this library to the native type and back. */
import { CfnOutput, CfnWaitConditionHandle, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { NATIVE_CARD_VERIFICATION } from './native-attributes';
import { MultiRegionPaymentKey, PaymentKeySpec } from '../../src';

export const ALIAS = 'alias/integ-exit-paths';
/** The logical id by which `cdk import` is told which key it is. */
export const NATIVE_KEY = 'NativeKey';
export const KEY_ARN = 'KeyArn';
const PURPOSE = 'integration test';

export interface KeyOnItsWay {
  readonly replicationRegions: string[];
  /** Once it exists. */
  readonly keyArn?: string;
}

export type Declaration = 'ours' | 'none' | 'native' | 'adopted';

const DECLARATIONS: Readonly<Record<Declaration, (stack: Stack, way: KeyOnItsWay) => void>> = {
  ours: (stack, { replicationRegions }) => {
    const key = new MultiRegionPaymentKey(stack, 'Key', {
      spec: PaymentKeySpec.cardVerification(), replicationRegions, removalPolicy: RemovalPolicy.RETAIN,
    });
    key.addAlias(ALIAS);
    Tags.of(key).add('purpose', PURPOSE);
    new CfnOutput(stack, KEY_ARN, { value: key.keyArn });
  },
  none: () => { /* The key stays, and nobody manages it. */ },
  native: (stack, { replicationRegions }) => {
    const key = new CfnKey(stack, NATIVE_KEY, {
      exportable: true,
      keyAttributes: NATIVE_CARD_VERIFICATION,
      replicationRegions,
      tags: [{ key: 'purpose', value: PURPOSE }],
    });
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
  },
  adopted: (stack, { keyArn, replicationRegions }) => {
    const native = MultiRegionPaymentKey.fromKeyArn(stack, 'Native', keyArn!);
    const key = MultiRegionPaymentKey.adopt(stack, 'Adopted', { key: native, replicationRegions });
    key.addAlias(ALIAS);
    new CfnOutput(stack, KEY_ARN, { value: key.keyArn });
  },
};

export function declare(stack: Stack, declaration: Declaration, way: KeyOnItsWay): void {
  // A stack without any resource would be deleted.
  new CfnWaitConditionHandle(stack, 'Always');
  DECLARATIONS[declaration](stack, way);
}
