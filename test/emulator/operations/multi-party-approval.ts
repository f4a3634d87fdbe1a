import { invalid, notFound, ServiceError } from '../errors';
import { MpaAssociation, openMpaSession } from '../multi-party-approval';
import { Context } from '../service';
import { Operations } from './operation';

interface ActionInput {
  readonly Action: string;
}

function answer({ Action }: ActionInput, { teamArn, state, mpaStatus }: MpaAssociation): object {
  return { MpaTeamAssociation: { Action, MpaTeamArn: teamArn, AssociationState: state, MpaStatus: mpaStatus } };
}

function find({ service, region }: Context, { Action }: ActionInput): MpaAssociation {
  const association = service.mpaAssociations.get(region);
  if (association !== undefined) return association;
  throw service.options.switches.absentMpaTeam === 'ResourceNotFoundException'
    ? notFound(Action)
    : invalid(`No team approves ${Action} in ${region}.`);
}

function store({ service, region }: Context, association: MpaAssociation): MpaAssociation {
  service.mpaAssociations.set(region, association);
  return association;
}

function requireSettled({ state }: MpaAssociation): void {
  if (state !== 'ACTIVE') throw new ServiceError('ConflictException', `A change of the team is ${state}.`);
}

/** The first team is associated at once. The team there is has to approve another one. */
function associate(context: Context, input: ActionInput & { readonly MpaTeamArn: string }): object {
  const { service, region } = context;
  const teamArn = input.MpaTeamArn;
  const present = service.mpaAssociations.get(region);
  if (present === undefined) return answer(input, store(context, { teamArn, state: 'ACTIVE' }));
  requireSettled(present);
  if (present.teamArn === teamArn) {
    if (service.options.switches.associatedMpaTeam === 'unchanged') return answer(input, present);
    throw new ServiceError('ConflictException', `${teamArn} approves ${input.Action} already.`);
  }
  const mpaStatus = openMpaSession(context, present.teamArn, { kind: 'another team', teamArn });
  return answer(input, store(context, { ...present, state: 'UPDATE_PENDING', mpaStatus }));
}

/** The team has to approve that it is not asked any more. */
function disassociate(context: Context, input: ActionInput): object {
  const present = find(context, input);
  requireSettled(present);
  const mpaStatus = openMpaSession(context, present.teamArn, { kind: 'no team' });
  return answer(input, store(context, { ...present, state: 'DELETE_PENDING', mpaStatus }));
}

export const multiPartyApprovalOperations: Operations = {
  AssociateMpaTeam: associate,
  DisassociateMpaTeam: disassociate,
  GetMpaTeamAssociation: (context: Context, input: ActionInput) => answer(input, find(context, input)),
};
