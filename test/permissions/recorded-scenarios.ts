import { DEPLOYMENT } from './deployment';
import { IamRequest, iamRequests } from './iam-request';
import { recordedStepFunctions } from './recorded-step-functions';
import { recordedTable } from './recorded-table';
import { SCENARIOS } from './scenarios';
import { isVainDeletion } from './usage';
import { ACCOUNT, World } from '../lifecycle/world';

/** What the function asks of IAM in every scenario, of which nothing tells apart what was asked twice. */
export async function recordedScenarios(eventsTellInput = true): Promise<IamRequest[]> {
  const requests = new Map<string, IamRequest>();
  const record = (request: IamRequest) => { requests.set(JSON.stringify(request), request); };
  for (const { options, run } of Object.values(SCENARIOS)) {
    const world = await World.start(options);
    world.eventsTellInput = eventsTellInput;
    const table = recordedTable(world.ledger, DEPLOYMENT.tableArn, record);
    Object.assign(world.ports, { ledger: table, limiterTable: table, executions: recordedStepFunctions(world.stateMachine, record) });
    await run(world);
    await world.close();
    // Not what the scenario itself asks of the emulator.
    const entries = world.emulator.log.entries.filter(entry => entry.accessKeyId === 'AKIATEST' && !isVainDeletion(entry));
    (await Promise.all(entries.map(entry => iamRequests(entry, ACCOUNT)))).flat().forEach(record);
  }
  return [...requests.values()];
}
