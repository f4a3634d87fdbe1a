import { runSimulation } from '@cloud-copilot/iam-simulate';
import { IamRequest } from './iam-request';

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, unknown>>;
}

export interface Verdict {
  readonly allowed: boolean;
  /** The statements that allow it. */
  readonly by: readonly string[];
}

/** The policies of one role, for as many requests as there are: what they cannot tell apart is evaluated once. */
export class Policies {
  private readonly verdicts = new Map<string, Promise<Verdict>>();
  private readonly conditionKeys: Set<string>;
  private readonly namesSingleKeys: boolean;

  constructor(readonly statements: readonly Statement[], readonly account: string, readonly region: string) {
    this.conditionKeys = new Set(statements.flatMap(({ Condition = {} }) => Object.values(Condition).flatMap(Object.keys)));
    this.namesSingleKeys = statements.some(({ Resource }) => [Resource].flat().some(resource => /:key\/(?!\*$)/.test(resource)));
  }

  verdict(request: IamRequest): Promise<Verdict> {
    const alike = this.essence(request);
    if (!this.verdicts.has(alike)) { this.verdicts.set(alike, this.simulated(request)); }
    return this.verdicts.get(alike)!;
  }

  private essence({ action, resource, context }: IamRequest): string {
    const asked = Object.entries(context).filter(([name]) => this.conditionKeys.has(name)).sort(([a], [b]) => a < b ? -1 : 1);
    return JSON.stringify([action, this.namesSingleKeys ? resource : resource.replace(/:key\/.*/, ':key/'), asked]);
  }

  /** That of keys which CDK or the console makes: it leaves permissions to the policies of the account. Without any, KMS refuses everybody. */
  private keyPolicy(): object {
    return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${this.account}:root` }, Action: 'kms:*', Resource: '*' }] };
  }

  private async simulated({ action, resource, context }: IamRequest): Promise<Verdict> {
    const response = await runSimulation({
      request: {
        principal: `arn:aws:sts::${this.account}:assumed-role/provider/session`,
        action,
        resource: { resource, accountId: resource.split(':')[4] || this.account },
        contextVariables: { ...context },
      },
      ...action.startsWith('kms:') && { resourcePolicy: this.keyPolicy() },
      identityPolicies: [{ name: 'role', policy: { Version: '2012-10-17', Statement: this.statements } }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    }, {});
    if (response.resultType !== 'single') {
      throw new Error(`${action} on ${resource} cannot be evaluated: ${JSON.stringify('errors' in response ? response.errors : response)}`);
    }
    const allowing = response.result.analysis.identityAnalysis?.allowStatements ?? [];
    return { allowed: response.overallResult === 'Allowed', by: allowing.map(({ statement }) => statement.sid()!) };
  }
}
