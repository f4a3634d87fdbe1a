import { Codec, Decoded, Fields } from '../../src/provider/contract/codec';
import { Answer, RequestOptions, stringified, World } from '../lifecycle/world';

/** What CloudFormation asks of a resource that is no key. */
export class ResourceRequests<F extends Fields> {
  constructor(
    private readonly world: World,
    private readonly type: string,
    private readonly properties: Codec<Decoded<F>> & { readonly fields: F },
    private readonly logicalId: string,
  ) {}

  event(declared: Decoded<F>, options: Omit<RequestOptions, 'old'> = {}, old?: Decoded<F>) {
    return {
      ...this.world.event({}, { logicalId: this.logicalId, ...options }),
      ResourceType: this.type,
      ResourceProperties: this.encoded(declared),
      ...old && { OldResourceProperties: this.encoded(old) },
    };
  }

  create(declared: Decoded<F>): Promise<Answer> {
    return this.world.request(this.event(declared));
  }

  update(physicalId: string, old: Decoded<F>, declared: Decoded<F>): Promise<Answer> {
    return this.world.request(this.event(declared, { type: 'Update', physicalId }, old));
  }

  remove(physicalId: string, declared: Decoded<F>): Promise<Answer> {
    return this.world.request(this.event(declared, { type: 'Delete', physicalId }));
  }

  private encoded(declared: Decoded<F>): Record<string, unknown> {
    return stringified({ StateMachineArn: this.world.stateMachine.arn, ...this.properties.encode(declared) as object });
  }
}
