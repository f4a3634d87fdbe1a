import { CheckedEmulator, PRIMARY, REPLICA } from './checked-emulator';
import { importKey, Partner } from './exchange-fixtures';
import { MpaDecision } from './multi-party-approval';
import { Key } from './shapes';

const ACTION = { Action: 'IMPORT_ROOT_PUBLIC_KEY_CERTIFICATE' };
const TEAM = 'arn:aws:mpa:us-east-1:111122223333:approval-team/keys';
const OTHER_TEAM = 'arn:aws:mpa:us-east-1:111122223333:approval-team/others';

interface Association {
  readonly MpaTeamArn: string;
  readonly AssociationState: string;
  readonly MpaStatus?: { readonly MpaSessionArn: string; readonly Status: string; readonly StatusMessage?: string };
}

async function mpa(emulator: CheckedEmulator, operation: string, more: object = {}): Promise<Association> {
  const { MpaTeamAssociation } = await emulator.call<{ MpaTeamAssociation: Association }>(operation, { ...ACTION, ...more }, { region: PRIMARY });
  return MpaTeamAssociation;
}

async function withTeam(): Promise<CheckedEmulator> {
  const emulator = new CheckedEmulator();
  expect(await mpa(emulator, 'AssociateMpaTeam', { MpaTeamArn: TEAM })).toEqual({ ...ACTION, MpaTeamArn: TEAM, AssociationState: 'ACTIVE' });
  return emulator;
}

const certificate = (emulator: CheckedEmulator): object =>
  new Partner({ authority: 'ECC_NIST_P256', leaf: 'ECC_NIST_P256', now: emulator.clock.now() }).rootMaterial;

const pendingImport = async (emulator: CheckedEmulator, more: object = {}): Promise<Key> =>
  importKey(emulator, certificate(emulator), { RequesterComment: 'our new authority', ...more });

/** By hand, or by waiting. */
function decide(emulator: CheckedEmulator, decision: MpaDecision): void {
  if (decision === 'expire') {
    emulator.clock.advance(24 * 60 * 60);
    return;
  }
  const [{ arn }] = emulator.approvals();
  expect(emulator.decideApproval(arn, decision)).toBe(true);
}

describe('the import of a root certificate', () => {
  test('waits for the team', async () => {
    const emulator = await withTeam();
    const key = await pendingImport(emulator);
    expect(key).toMatchObject({ KeyState: 'CREATE_IN_PROGRESS', MpaStatus: { Status: 'PENDING', InitiationDate: emulator.clock.now() / 1000 } });
    expect(key.MpaStatus!.MpaSessionArn).toMatch(/^arn:aws:mpa:us-east-1:111122223333:session\/keys\/[a-z2-7]{16}$/);
    expect(emulator.approvals().map(({ arn, subject }) => [arn, subject.kind])).toEqual([[key.MpaStatus!.MpaSessionArn, 'import']]);
    expect(await emulator.errorOf('StopKeyUsage', { KeyIdentifier: key.KeyArn })).toBe('ValidationException');
  });

  test.each<[MpaDecision, object]>([
    ['approve', { KeyState: 'CREATE_COMPLETE', MpaStatus: { Status: 'APPROVED' } }],
    ['deny', { KeyState: 'CREATE_FAILED', MpaStatus: { Status: 'FAILED', StatusMessage: 'The team denied the request.' } }],
    ['expire', { KeyState: 'CREATE_FAILED', MpaStatus: { Status: 'FAILED', StatusMessage: 'The team did not decide within 24 hours.' } }],
  ])('ends when the team decides: %s', async (decision, expected) => {
    const emulator = await withTeam();
    const { KeyArn } = await pendingImport(emulator);
    emulator.clock.advance(60);
    expect((await emulator.getKey(KeyArn)).KeyState).toBe('CREATE_IN_PROGRESS');
    decide(emulator, decision);
    expect(await emulator.getKey(KeyArn)).toMatchObject(expected);
    expect(emulator.approvals()).toEqual([]);
    expect(emulator.decideApproval('arn:aws:mpa:us-east-1:111122223333:session/keys/none', 'approve')).toBe(false);
  });

  test('is replicated when it is approved, and not before', async () => {
    const emulator = await withTeam();
    const { KeyArn } = await pendingImport(emulator, { ReplicationRegions: [REPLICA] });
    emulator.clock.advance(10);
    expect((await emulator.getKey(KeyArn)).ReplicationStatus).toBeUndefined();
    decide(emulator, 'approve');
    emulator.clock.advance(2);
    expect((await emulator.getKey(KeyArn)).ReplicationStatus).toEqual({ [REPLICA]: { Status: 'SYNCHRONIZED' } });
  });

  test('needs a comment, in the Region of the team only', async () => {
    const emulator = await withTeam();
    expect(await emulator.errorOf('ImportKey', { KeyMaterial: certificate(emulator) })).toBe('ValidationException');
    expect((await importKey(emulator, certificate(emulator), {}, REPLICA)).KeyState).toBe('CREATE_COMPLETE');
  });
});

describe('another team', () => {
  test.each<[MpaDecision, string, string]>([['approve', OTHER_TEAM, 'APPROVED'], ['deny', TEAM, 'FAILED'], ['expire', TEAM, 'FAILED']])('%s', async (decision, team, status) => {
    const emulator = await withTeam();
    expect(await mpa(emulator, 'AssociateMpaTeam', { MpaTeamArn: OTHER_TEAM })).toMatchObject({ MpaTeamArn: TEAM, AssociationState: 'UPDATE_PENDING', MpaStatus: { Status: 'PENDING' } });
    expect(await emulator.errorOf('DisassociateMpaTeam', ACTION)).toBe('ConflictException');
    decide(emulator, decision);
    expect(await mpa(emulator, 'GetMpaTeamAssociation')).toMatchObject({ MpaTeamArn: team, AssociationState: 'ACTIVE', MpaStatus: { Status: status } });
  });
});

describe('no team any more', () => {
  test.each<[MpaDecision, string | undefined]>([['approve', 'ResourceNotFoundException'], ['deny', undefined], ['expire', undefined]])('%s', async (decision, error) => {
    const emulator = await withTeam();
    expect(await mpa(emulator, 'DisassociateMpaTeam')).toMatchObject({ AssociationState: 'DELETE_PENDING' });
    decide(emulator, decision);
    expect(await emulator.errorOf('GetMpaTeamAssociation', ACTION)).toBe(error);
    const state = (await importKey(emulator, certificate(emulator), { RequesterComment: 'x' })).KeyState;
    expect(state).toBe(decision === 'approve' ? 'CREATE_COMPLETE' : 'CREATE_IN_PROGRESS');
  });
});
