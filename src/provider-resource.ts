import { CustomResource, Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyError } from './errors';
import { PaymentKeyProvider } from './payment-key-provider';
import { Codec, Decoded, Fields } from './provider/contract/codec';
import { serviceTimeoutInMinutes } from './provider/contract/envelope';

/** A custom resource as a construct declares it. */
export interface ProviderResourceProps<F extends Fields> {
  /** The resource type in the template. */
  readonly type: string;
  /** How its properties are written. */
  readonly properties: Codec<Decoded<F>> & { readonly fields: F };
  /** What is declared, asked when the template is made. */
  readonly declared: () => Decoded<F>;
  readonly timeoutInMinutes: number;
  readonly removalPolicy: RemovalPolicy;
}

/** A resource that the stack's provider brings about. It has the id `Resource`. */
export function providerResource<F extends Fields>(scope: Construct, props: ProviderResourceProps<F>): CustomResource {
  const { type, properties, declared, timeoutInMinutes, removalPolicy } = props;
  if (removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw new PaymentKeyError('RemovalPolicyNotSupported', `${scope.node.path}: there are no snapshots of what this makes. `
      + 'Choose RETAIN_ON_UPDATE_OR_DELETE, RETAIN or DESTROY');
  }
  const provider = PaymentKeyProvider.of(scope);
  const lazily = ([name, codec]: [string, Codec<any>]) => [name, Lazy.any({ produce: () => codec.encode(declared()[name]) })];
  const resource = new CustomResource(scope, 'Resource', {
    resourceType: type,
    serviceToken: provider.serviceToken,
    serviceTimeout: Duration.minutes(serviceTimeoutInMinutes(timeoutInMinutes)),
    removalPolicy,
    properties: {
      StateMachineArn: provider.stateMachine.stateMachineArn,
      ...Object.fromEntries(Object.entries(properties.fields).map(lazily)),
    },
  });
  resource.node.addDependency(provider._complete);
  return resource;
}
