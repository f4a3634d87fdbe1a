import { IamRequest, iamRequests } from './iam-request';
import { Policies, Statement } from './policies';
import { RequestLogEntry } from '../emulator';

/** What IAM would have refused of requests that an emulator recorded; nothing of it, if the policies are complete. */
export async function deniedRequests(entries: readonly RequestLogEntry[], policies: Policies): Promise<string[]> {
  const judged = entries.filter(entry => !isVainDeletion(entry) && !isOfUnknownAccount(entry));
  const asked = await Promise.all(judged.map(entry => iamRequests(entry, policies.account)));
  return denied(asked.flat(), policies);
}

/**
 * A key that does not exist, or does not any more, has no tag of ours, so IAM refuses what the service would refuse too; the
 * handler takes both for the same.
 */
export function isVainDeletion({ operation, tags = {}, executed }: RequestLogEntry): boolean {
  return operation === 'DeleteKey' && executed !== true && Object.keys(tags).length === 0;
}

/** Where the account is not enabled, nobody gets as far as to its policies. */
function isOfUnknownAccount({ error }: RequestLogEntry): boolean {
  return error === 'UnrecognizedClientException';
}

/** Each denied request, on a line. */
export async function denied(requests: readonly IamRequest[], policies: Policies): Promise<string[]> {
  const lines = await Promise.all(requests.map(async request =>
    (await policies.verdict(request)).allowed ? [] : [`${request.action} on ${request.resource} with ${JSON.stringify(request.context)}`]));
  return [...new Set(lines.flat())];
}

/** What could be taken from the policies without any of the requests being denied. */
export async function unusedGrants(requests: readonly IamRequest[], { statements, account, region }: Policies): Promise<string[]> {
  const unused: string[] = [];
  for (const { grant, action, without } of narrowings(statements, region)) {
    const concerned = requests.filter(request => request.action === action);
    if ((await denied(concerned, new Policies(without, account, region))).length === 0) { unused.push(grant); }
  }
  return unused;
}

interface Narrowing {
  readonly grant: string;
  readonly action: string;
  readonly without: Statement[];
}

/** Each action of each statement is a grant; that it may be done in every Region is another. */
function narrowings(statements: readonly Statement[], region: string): Narrowing[] {
  return statements.flatMap(statement => {
    const others = statements.filter(other => other !== statement);
    const actions = [statement.Action].flat();
    const resources = [statement.Resource].flat();
    const pinned = resources.map(resource => resource.replace(/^(arn:[^:]*:[^:]*):\*:/, `$1:${region}:`));
    const everywhere = pinned.some((resource, index) => resource !== resources[index]);
    return actions.flatMap(action => {
      const rest = { ...statement, Action: actions.filter(other => other !== action) };
      const kept = rest.Action.length > 0 ? [...others, rest] : others;
      const grant = `${statement.Sid} ${action}`;
      return [
        { grant, action, without: kept },
        ...everywhere ? [{ grant: `${grant} in other Regions`, action, without: [...kept, { ...statement, Action: action, Resource: pinned }] }] : [],
      ];
    });
  });
}
