/** The emulator and the local engine together, and stacks of this library deployed on them. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { AnswerGate, openAnswerGate } from './answer-gate';
import { bootstrap } from './bootstrap';
import { DeployedStack, StackOutcome } from './cloud-formation';
import { ACCOUNT, LocalEngine, startLocalEngine } from './local-engine';
import { publishAssets } from './publish-assets';
import { PaymentKeyProvider, PaymentKeyProviderProps } from '../../../src';
import { EmulatorOptions, EmulatorServer, Key, RequestLogEntry, startEmulatorServer } from '../../emulator';
import { emulatedEndpoints } from '../../emulator/endpoints';
import { Policies } from '../../permissions/policies';
import { policiesIn } from '../../permissions/provider-policies';
import { deniedRequests } from '../../permissions/usage';

export const PRIMARY = 'us-east-1';

/** CloudFormation User Guide: custom resource response objects. The engine takes longer ones. */
const LONGEST_ANSWER = 4096;

/** By which the requests of a stack's function are known, whoever owns the key that they are about. */
export function accessKeyOf(stackName: string): string {
  return `FUNCTION-${stackName}`;
}

/** Days from now until a key in DELETE_PENDING is gone. */
export function deletionWindow(key: Key | undefined): number {
  return (key!.DeletePendingTimestamp! * 1000 - Date.now()) / 86_400_000;
}

export class Session {
  static async start(options: EmulatorOptions = {}): Promise<Session> {
    const server = await startEmulatorServer({ account: ACCOUNT, replicationDelay: 1, tagIndexLag: 1, ...options });
    let gate: AnswerGate | undefined;
    try {
      const engine = await startLocalEngine({
        answerOrigin: async port => (gate = await openAnswerGate(port)).origin,
        functionEnvironment: emulatedEndpoints(server.url),
      });
      await bootstrap(engine, PRIMARY);
      return new Session(server, engine, gate!);
    } catch (error) {
      await gate?.close();
      await server.close();
      throw error;
    }
  }

  private readonly published = new Set<string>();
  private readonly stacks: PaymentStack[] = [];

  private constructor(readonly server: EmulatorServer, readonly engine: LocalEngine, readonly gate: AnswerGate) {}

  get emulator() {
    return this.server.emulator;
  }

  /** A stack of that name, not deployed yet. */
  stack(name: string): PaymentStack {
    const stack = new PaymentStack(this, name);
    this.stacks.push(stack);
    return stack;
  }

  /** @param configure further options of the provider */
  async synthesize(
    name: string, declare: (stack: Stack) => void, configure: (stack: Stack) => PaymentKeyProviderProps = () => ({}),
  ): Promise<object> {
    const outdir = fs.mkdtempSync(path.join(this.engine.scratch, 'assembly-'));
    const app = new App({ outdir, analyticsReporting: false });
    const stack = new Stack(app, name, { env: { account: ACCOUNT, region: PRIMARY } });
    new PaymentKeyProvider(stack, { ...configure(stack), environment: { TEST_ACCESS_KEY_ID: accessKeyOf(name) } });
    declare(stack);
    const assembly = app.synth();
    await publishAssets(this.engine, outdir, PRIMARY, this.published);
    return assembly.getStackByName(name).template as object;
  }

  /** The requests that took effect or were refused, of these operations. */
  requests(...operations: string[]): RequestLogEntry[] {
    return this.emulator.log.entries.filter(({ operation }) => operations.includes(operation ?? ''));
  }

  /** The key as its Region has it now, past quota and log; nothing if it does not know it. */
  key(keyArn: string): Key | undefined {
    return this.emulator.snapshot(keyArn.split(':')[3]).keys.map(({ key }) => key).find(key => key.KeyArn === keyArn);
  }

  /** The tags of the only key of a Region. */
  tags(region: string): Readonly<Record<string, string>> {
    return this.emulator.snapshot(region).keys[0].tags;
  }

  /** As new for the next test: no stacks, keys, faults, requests and answers. What no test may see is looked for. */
  async clear(): Promise<void> {
    const stacks = this.stacks.splice(0);
    await Promise.all(stacks.map(async stack => stack.destroy()));
    const denied = (await Promise.all(stacks.map(async stack => stack.deniedRequests()))).flat();
    const tooLong = this.gate.answers.filter(({ body }) => Buffer.byteLength(body) > LONGEST_ANSWER).map(({ body }) => body);
    const defects = this.emulator.log.entries.flatMap(({ defect }) => defect ?? []);
    this.emulator.reset();
    this.gate.forget();
    if (tooLong.length > 0) throw new Error(`CloudFormation takes at most ${LONGEST_ANSWER} bytes, but was answered:\n${tooLong.join('\n')}`);
    if (denied.length > 0) throw new Error(`The function's role does not allow what it asked for:\n${denied.join('\n')}`);
    if (defects.length > 0) throw new Error(`The emulator has a defect:\n${defects.join('\n')}`);
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    await this.gate.close();
    await this.server.close();
  }
}

/** What references to KMS keys of a template stand for. */
function kmsKeysIn(template: any): Record<string, string> {
  const ids = Object.keys(template.Resources).filter(id => template.Resources[id].Type === 'AWS::KMS::Key');
  return Object.fromEntries(ids.map(id => [`${id}.Arn`, `arn:aws:kms:${PRIMARY}:${ACCOUNT}:key/${id}`]));
}

export class PaymentStack {
  readonly deployed: DeployedStack;
  private readonly templates: Array<readonly [stackId: string, template: object]> = [];

  constructor(private readonly session: Session, readonly name: string) {
    this.deployed = new DeployedStack(session.engine, name, PRIMARY);
  }

  /** Creates the stack, or updates it to what is declared now. */
  async deploy(declare: (stack: Stack) => void, configure?: (stack: Stack) => PaymentKeyProviderProps): Promise<StackOutcome> {
    const template = await this.session.synthesize(this.name, declare, configure);
    const outcome = await (this.deployed.exists ? this.deployed.update(template) : this.deployed.create(template));
    this.templates.push([this.deployed.stackId, template]);
    return outcome;
  }

  /** What the stack's function asked the service for although its role does not allow it: the engine itself does not look. */
  async deniedRequests(): Promise<string[]> {
    const statements = this.templates.flatMap(([stackId, template]) => policiesIn(template, {
      stackId, stateMachineArn: `arn:aws:states:${PRIMARY}:${ACCOUNT}:stateMachine:any`, functionArn: 'any', logGroupArn: 'any', tableArn: 'any',
    }, kmsKeysIn(template)).function);
    const asked = this.session.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === accessKeyOf(this.name));
    return deniedRequests(asked, new Policies(statements, ACCOUNT, PRIMARY));
  }

  async destroy(): Promise<StackOutcome | undefined> {
    return this.deployed.exists ? this.deployed.delete() : undefined;
  }
}
