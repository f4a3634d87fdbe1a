import { CfnResource, Lazy, RemovalPolicy, RemovalPolicyOptions, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Codec, Decoded, Fields } from './contract/codec';
import { serviceTimeoutInMinutes } from './contract/envelope';
import { PaymentKeyProvider } from './payment-key-provider';
import { PaymentKeyError } from '../private/errors';
import { expectValue, oneOf, optional } from '../private/expected';
import { RemovalOptions } from '../private/own-key';

const POLICY = optional(oneOf('RemovalPolicy', RemovalPolicy));

/** What each property says; a function where it may still change before the template is made. */
export type Declared<F extends Fields> = { readonly [K in keyof Decoded<F>]: Decoded<F>[K] | (() => Decoded<F>[K]) };

/** A custom resource as a construct declares it. */
export interface ProviderResourceProps<F extends Fields> {
  /** The resource type in the template. */
  readonly type: string;
  /** The type of AWS's own that stands for the same thing, for what picks resources by their type. */
  readonly nativeType?: string;
  /** How its properties are written. */
  readonly properties: Codec<Decoded<F>> & { readonly fields: F };
  readonly declared: Declared<F>;
  readonly timeoutInMinutes: number;
  /** A function for the policy of another resource, which may still change before the template is made. */
  readonly removalPolicy: RemovalPolicy | (() => RemovalOptions);
  /** Whether CloudFormation must not delete it whatever anybody asks for, not even when it rolls back the creation. */
  readonly neverDeleted?: boolean;
}

/**
 * A resource that the stack's provider brings about, and the default child of the construct that declares it.
 *
 * Guardrails pick resources by their type: `RemovalPolicies.of(app).retain({ applyToResourceTypes: [CfnKey.CFN_RESOURCE_TYPE_NAME] })`.
 * So `cfnResourceType` is that of AWS's own resource where there is one, and only the template has the custom type.
 */
export class ProviderResource extends CfnResource {
  private readonly neverDeleted: boolean;
  private readonly fixed: Record<string, unknown>;

  constructor(scope: Construct, private readonly props: ProviderResourceProps<any>) {
    const { type, nativeType, timeoutInMinutes, removalPolicy, neverDeleted = false } = props;
    super(scope, 'Resource', { type: nativeType ?? type });
    const provider = PaymentKeyProvider.of(scope);
    this.fixed = { ...provider._envelope, ServiceTimeout: String(serviceTimeoutInMinutes(timeoutInMinutes) * 60) };
    if (nativeType !== undefined) { this.addOverride('Type', type); }
    this.neverDeleted = neverDeleted;
    if (typeof removalPolicy === 'function') {
      this.followRemovalPolicy(removalPolicy);
    } else {
      this.applyRemovalPolicy(removalPolicy);
    }
    this.addDependency(provider._complete);
  }

  /** Made anew whenever the template is, since some properties may change until then. */
  protected override get cfnProperties(): Record<string, unknown> {
    const { properties, declared } = this.props;
    const encoded = ([name, codec]: [string, Codec<any>]) => {
      const said: unknown = declared[name];
      return [name, codec.encode(typeof said === 'function' ? said() : said)];
    };
    return { ...this.fixed, ...Object.fromEntries(Object.entries(properties.fields as Fields).map(encoded)) };
  }

  public getAttString(name: string): string {
    return Token.asString(this.getAtt(name));
  }

  public override applyRemovalPolicy(policy?: RemovalPolicy, options?: RemovalPolicyOptions): void {
    const { path } = this.node.scope!.node;
    expectValue(path, 'policy', policy, POLICY);
    if (policy === RemovalPolicy.SNAPSHOT) {
      throw new PaymentKeyError('RemovalPolicyNotSupported', `${path}: there are no snapshots of what this makes. `
        + 'Choose RETAIN_ON_UPDATE_OR_DELETE, RETAIN or DESTROY');
    }
    super.applyRemovalPolicy(this.neverDeleted ? RemovalPolicy.RETAIN : policy, options);
  }

  private followRemovalPolicy(removal: () => RemovalOptions): void {
    // Both are rendered as whatever they resolve to.
    this.cfnOptions.deletionPolicy = Lazy.string({ produce: () => removal().deletionPolicy }) as any;
    this.cfnOptions.updateReplacePolicy = Lazy.string({ produce: () => removal().updateReplacePolicy }) as any;
  }
}
