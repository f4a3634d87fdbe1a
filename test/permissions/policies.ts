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

/** What decides beside the policies of a role. */
export interface Surroundings {
  readonly principalArn?: string;
  /** Of the organization, by name; each allows everything that it does not deny. */
  readonly serviceControlPolicies?: Readonly<Record<string, object>>;
  readonly permissionBoundary?: object;
  /** Of the VPC endpoint that requests come through. */
  readonly endpointPolicy?: object;
  /** Of the KMS key of a request. */
  readonly keyPolicy?: object;
}

const EVERYTHING = { name: 'FullAWSAccess', policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } };

/** The policies of one role, for as many requests as there are: what they cannot tell apart is evaluated once. */
export class Policies {
  private readonly verdicts = new Map<string, Promise<Verdict>>();
  private readonly conditionKeys: Set<string>;
  private readonly namesSingleKeys: boolean;

  constructor(
    readonly statements: readonly Statement[], readonly account: string, readonly region: string, private readonly surroundings: Surroundings = {},
  ) {
    const { serviceControlPolicies = {}, keyPolicy, permissionBoundary, endpointPolicy } = surroundings;
    const others = [...Object.values(serviceControlPolicies), keyPolicy, permissionBoundary, endpointPolicy];
    const all = [...statements, ...others.flatMap((policy: any) => policy?.Statement ?? [])];
    this.conditionKeys = new Set(all.flatMap(({ Condition = {} }) => Object.values<object>(Condition).flatMap(Object.keys)));
    this.namesSingleKeys = all.some(({ Resource }) => [Resource].flat().some(resource => /:key\/(?!\*$)/.test(resource)));
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

  /** The statements of service control policies and of the boundary that deny a request, or the name of a boundary that does not allow it. */
  async deniedBy(request: IamRequest): Promise<string[]> {
    const { analysis } = await this.simulate(request);
    const ofOrganization = analysis.scpAnalysis?.ouAnalysis.flatMap(({ denyStatements }) => denyStatements) ?? [];
    const ofBoundary = analysis.permissionBoundaryAnalysis;
    return [
      ...[...ofOrganization, ...ofBoundary?.denyStatements ?? []].map(({ statement }) => statement.sid()!),
      ...ofBoundary && ofBoundary.allowStatements.length === 0 ? ['boundary'] : [],
    ];
  }

  private async simulated(request: IamRequest): Promise<Verdict> {
    const { overallResult, analysis } = await this.simulate(request);
    const allowing = analysis.identityAnalysis?.allowStatements ?? [];
    return { allowed: overallResult === 'Allowed', by: allowing.map(({ statement }) => statement.sid()!) };
  }

  private async simulate({ action, resource, context }: IamRequest) {
    const { principalArn = `arn:aws:iam::${this.account}:role/provider`, serviceControlPolicies = {}, permissionBoundary, keyPolicy, endpointPolicy } = this.surroundings;
    const policies = Object.entries(serviceControlPolicies).map(([name, policy]) => ({ name, policy }));
    const response = await runSimulation({
      request: {
        principal: `${principalArn.replace(':iam:', ':sts:').replace(/:role\/(.*\/)?/, ':assumed-role/')}/session`,
        action,
        resource: { resource, accountId: resource.split(':')[4] || this.account },
        contextVariables: { 'aws:PrincipalArn': principalArn, 'aws:PrincipalAccount': principalArn.split(':')[4], ...context },
      },
      ...action.startsWith('kms:') && { resourcePolicy: keyPolicy ?? this.keyPolicy() },
      identityPolicies: [{ name: 'role', policy: { Version: '2012-10-17', Statement: this.statements } }],
      ...endpointPolicy && { vpcEndpointPolicies: [{ name: 'endpoint', policy: endpointPolicy }] },
      ...permissionBoundary && { permissionBoundaryPolicies: [{ name: 'boundary', policy: permissionBoundary }] },
      serviceControlPolicies: policies.length === 0 ? [] : [{ orgIdentifier: 'r-root', policies: [EVERYTHING, ...policies] }],
      resourceControlPolicies: [],
    }, {});
    if (response.resultType !== 'single') {
      throw new Error(`${action} on ${resource} cannot be evaluated: ${JSON.stringify('errors' in response ? response.errors : response)}`);
    }
    return { overallResult: response.overallResult, analysis: response.result.analysis };
  }
}
