import { sweep } from '../../../src/provider/handler/watch/sweep';

jest.mock('../../../src/provider/handler/watch/sweep', () => ({ sweep: jest.fn() }));

/** What a rule with a schedule sends when its target has no input (EventBridge User Guide: scheduled events). */
const SCHEDULED_EVENT = {
  'version': '0',
  'id': '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  'source': 'aws.events',
  'account': '111122223333',
  'time': '2026-11-28T12:00:00Z',
  'region': 'us-east-1',
  'resources': ['arn:aws:events:us-east-1:111122223333:rule/Payments-WatchSchedule61B8702D-1A2B3C'],
  'detail': {},
};

beforeAll(() => { process.env.AWS_REGION = 'us-east-1'; });
afterAll(() => { delete process.env.AWS_REGION; });

const optionsOf = async (event: object) => {
  const { handler } = jest.requireActual<typeof import('../../../src/provider/handler/watch')>('../../../src/provider/handler/watch');
  await handler(event, { getRemainingTimeInMillis: () => 900_000 });
  return jest.mocked(sweep).mock.lastCall![0];
};

test('the event of a schedule without input names no resources, so all are watched', async () => {
  expect(await optionsOf(SCHEDULED_EVENT)).not.toHaveProperty('resources');
});

test('the input of a schedule names the resources that are watched', async () => {
  expect(await optionsOf({ logicalIds: ['Cvk'] })).toMatchObject({ resources: ['Cvk'] });
});

test('a watch of certain resources refuses to look at all of the stack', async () => {
  process.env.WATCH_SCOPE = 'listed';
  try {
    await expect(optionsOf(SCHEDULED_EVENT)).rejects.toThrow(/certain resources only/);
    expect(await optionsOf({ logicalIds: ['Cvk'] })).toMatchObject({ resources: ['Cvk'] });
  } finally {
    delete process.env.WATCH_SCOPE;
  }
});

test('somebody who cannot wait has a sweep now', async () => {
  process.env.WATCH_INTERVAL_SECONDS = '3600';
  try {
    expect(await optionsOf({})).toMatchObject({ intervalSeconds: 3600 });
    expect(await optionsOf({ now: true })).toMatchObject({ intervalSeconds: 0 });
  } finally {
    delete process.env.WATCH_INTERVAL_SECONDS;
  }
});
