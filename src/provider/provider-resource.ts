import { CustomResource, Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Codec, Decoded, Fields } from './contract/codec';
import { serviceTimeoutInMinutes } from './contract/envelope';
import { PaymentKeyProvider } from './payment-key-provider';
import { PaymentKeyError } from '../private/errors';

/** What each property says; a function where it may still change before the template is made. */
export type Declared<F extends Fields> = { readonly [K in keyof Decoded<F>]: Decoded<F>[K] | (() => Decoded<F>[K]) };

/** A custom resource as a construct declares it. */
export interface ProviderResourceProps<F extends Fields> {
  /** The resource type in the template. */
  readonly type: string;
  /** How its properties are written. */
  readonly properties: Codec<Decoded<F>> & { readonly fields: F };
  readonly declared: Declared<F>;
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
  const encoded = ([name, codec]: [string, Codec<any>]) => {
    const said: unknown = declared[name];
    return [name, typeof said === 'function' ? Lazy.any({ produce: () => codec.encode(said()) }) : codec.encode(said)];
  };
  const resource = new CustomResource(scope, 'Resource', {
    resourceType: type,
    serviceToken: provider.serviceToken,
    serviceTimeout: Duration.minutes(serviceTimeoutInMinutes(timeoutInMinutes)),
    removalPolicy,
    properties: {
      StateMachineArn: provider.stateMachine.stateMachineArn,
      ...Object.fromEntries(Object.entries(properties.fields).map(encoded)),
    },
  });
  resource.node.addDependency(provider._complete);
  return resource;
}
