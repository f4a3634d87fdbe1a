import { SFNClient } from '@aws-sdk/client-sfn';
import { clientConfig } from './clients';
import { DeployedStack } from './cloud-formation';
import { LocalEngine, LocalEngineOptions, startLocalEngine } from './local-engine';
import { ScriptedFunction, startScriptedFunction } from './scripted-function';

/** The local engine with a function that does what a test says. */
export interface ScriptedEngine {
  readonly engine: LocalEngine;
  readonly fn: ScriptedFunction;
  readonly functionArn: string;
  readonly sfn: SFNClient;
  stop(): Promise<void>;
}

export async function startScriptedEngine(region: string, options: LocalEngineOptions = {}): Promise<ScriptedEngine> {
  const fn = await startScriptedFunction();
  const engine = await startLocalEngine(options);
  const sfn = new SFNClient(clientConfig(engine, region));
  const { outputs } = await new DeployedStack(engine, 'function', region).create({
    Resources: fn.resources(),
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Function', 'Arn'] } } },
  });
  const stop = async () => {
    sfn.destroy();
    await engine.stop();
    await fn.close();
  };
  return { engine, fn, functionArn: outputs.Arn, sfn, stop };
}
