/**
 * Approvals by a team. What needs one begins as PENDING with a session. The session ends when the team approves or
 * denies, or when its time is over; then what it was about happens or fails.
 */
import { Task } from './agenda';
import { newKeyId } from './identifiers';
import { replicate } from './operations/replicate';
import { Context, noteKeyState, Service } from './service';
import { MpaStatus } from './shapes';

export interface MpaAssociation {
  readonly teamArn: string;
  readonly state: 'ACTIVE' | 'UPDATE_PENDING' | 'DELETE_PENDING';
  readonly mpaStatus?: MpaStatus;
}

/** What a session decides about. */
export type MpaSubject =
  | { readonly kind: 'import'; readonly keyId: string; readonly replicationRegions: readonly string[] }
  | { readonly kind: 'another team'; readonly teamArn: string }
  | { readonly kind: 'no team' };

export interface MpaSession {
  readonly arn: string;
  readonly region: string;
  readonly subject: MpaSubject;
  readonly initiatedAt: number;
}

export type MpaDecision = 'approve' | 'deny' | 'expire';

/** How long a team has for a decision. */
const SESSION_HOURS = 24;

const FAILURES: Readonly<Record<Exclude<MpaDecision, 'approve'>, string>> = {
  deny: 'The team denied the request.',
  expire: `The team did not decide within ${SESSION_HOURS} hours.`,
};

const pending = ({ arn, initiatedAt }: MpaSession): MpaStatus =>
  ({ MpaSessionArn: arn, Status: 'PENDING', InitiationDate: initiatedAt / 1000 });

function decided(session: MpaSession, decision: MpaDecision): MpaStatus {
  return decision === 'approve'
    ? { ...pending(session), Status: 'APPROVED' }
    : { ...pending(session), Status: 'FAILED', StatusMessage: FAILURES[decision] };
}

/** Asks a team. */
export function openMpaSession({ service, region, now }: Context, teamArn: string, subject: MpaSubject): MpaStatus {
  const [prefix, team] = teamArn.split(':approval-team/');
  const arn = `${prefix}:session/${team}/${newKeyId(service.options.random)}`;
  const session = { arn, region, subject, initiatedAt: now };
  service.mpaSessions.set(arn, session);
  service.agenda.at(now + SESSION_HOURS * 60 * 60 * 1000, { kind: 'end of a session', arn });
  return pending(session);
}

/** The team's time is over; nothing happens when it decided. */
export function expireMpaSession(service: Service, { arn }: Task & { kind: 'end of a session' }, time: number): void {
  decideMpaSession(service, arn, 'expire', time);
}

/** Whether there was such a session, undecided until now. */
export function decideMpaSession(service: Service, arn: string, decision: MpaDecision, now: number): boolean {
  const session = service.mpaSessions.get(arn);
  if (session === undefined) return false;
  service.mpaSessions.delete(arn);
  const status = decided(session, decision);
  if (session.subject.kind === 'import') finishImport(service, session.region, session.subject, status, now);
  else finishChangeOfTeam(service, session.region, session.subject, status);
  return true;
}

function finishImport(service: Service, region: string, subject: MpaSubject & { kind: 'import' }, status: MpaStatus, now: number): void {
  const record = service.keys.get(subject.keyId);
  if (record === undefined || record.state !== 'CREATE_IN_PROGRESS') return;
  record.mpaStatus = status;
  record.state = status.Status === 'APPROVED' ? 'CREATE_COMPLETE' : 'CREATE_FAILED';
  noteKeyState(service, record, now);
  if (status.Status === 'APPROVED') replicate({ service, region, accessKeyId: '', now }, record, subject.replicationRegions, []);
}

function finishChangeOfTeam(service: Service, region: string, subject: Exclude<MpaSubject, { kind: 'import' }>, mpaStatus: MpaStatus): void {
  const association = service.mpaAssociations.get(region);
  if (association === undefined) return;
  const approved = mpaStatus.Status === 'APPROVED';
  if (approved && subject.kind === 'no team') {
    service.mpaAssociations.delete(region);
    return;
  }
  const teamArn = approved && subject.kind === 'another team' ? subject.teamArn : association.teamArn;
  service.mpaAssociations.set(region, { teamArn, state: 'ACTIVE', mpaStatus });
}
