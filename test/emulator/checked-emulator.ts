import { VirtualClock } from './clock';
import { Emulator, EmulatorRequest, EmulatorResponse } from './emulator';
import { ErrorType, ServiceError } from './errors';
import { EmulatorOptions } from './options';
import { responseProblems } from './response-schema';
import { Key } from './shapes';

export const PRIMARY = 'us-east-1';
export const REPLICA = 'us-west-2';

export const CARD_VERIFICATION = {
  KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
  KeyClass: 'SYMMETRIC_KEY',
  KeyAlgorithm: 'TDES_2KEY',
  KeyModesOfUse: { Generate: true, Verify: true },
} as const;

export const inRegion = (arn: string, region: string): string => arn.replace(/^((?:[^:]+:){3})[^:]+/, `$1${region}`);

/** An emulator in virtual time, without a quota, whose `call` and `handle` throw when an answer does not have the shape the model gives it. */
export class CheckedEmulator extends Emulator {
  readonly clock: VirtualClock;
  private problems: string[] = [];

  constructor(options: EmulatorOptions = {}) {
    const clock = new VirtualClock();
    super({ tps: Infinity, symmetricTps: Infinity, asymmetricTps: Infinity, ...options, clock });
    this.clock = clock;
    this.log.listen(entry => this.problems.push(...responseProblems(entry).map(problem => `${entry.operation}: ${problem}`)));
  }

  override async call<Output = Record<string, unknown>>(
    operation: string, input: object, from: { region: string; accessKeyId?: string },
  ): Promise<Output> {
    return this.checked(super.call<Output>(operation, input, from));
  }

  override async handle(request: EmulatorRequest): Promise<EmulatorResponse> {
    return this.checked(super.handle(request));
  }

  async createKey(input: object = {}, region: string = PRIMARY): Promise<Key> {
    const { Key: key } = await this.call<{ Key: Key }>('CreateKey', { KeyAttributes: CARD_VERIFICATION, Exportable: true, ...input }, { region });
    return key;
  }

  async getKey(arn: string, region: string = arn.split(':')[3]): Promise<Key> {
    const { Key: key } = await this.call<{ Key: Key }>('GetKey', { KeyIdentifier: arn }, { region });
    return key;
  }

  /** An operation in the primary Region whose answer is a key. */
  async change(operation: string, input: object, region: string = PRIMARY): Promise<Key> {
    return (await this.call<{ Key: Key }>(operation, input, { region })).Key;
  }

  /** The error an operation answers with; undefined when it succeeds. */
  async errorOf(operation: string, input: object, region: string = PRIMARY): Promise<ErrorType | undefined> {
    try {
      await this.call(operation, input, { region });
      return undefined;
    } catch (error) {
      if (error instanceof ServiceError) return error.type;
      throw error;
    }
  }

  private async checked<T>(answer: Promise<T>): Promise<T> {
    await answer.catch(() => undefined);
    if (this.problems.length > 0) throw new Error(this.problems.join('; '));
    return answer;
  }
}
