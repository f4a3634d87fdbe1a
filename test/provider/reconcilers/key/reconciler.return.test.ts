import { Declared, World } from '../../../lifecycle/world';

const REPLACED: Declared = { KeyAlgorithm: 'TDES_3KEY', Replaceable: true };

/** Which update is the rollback of a replacement, the ledger tells; the reconciler then returns to the predecessor (L8). */
describe('after a replacement', () => {
  let world: World;
  let old: string;
  let second: string;
  beforeEach(async () => {
    world = await World.start();
    old = (await world.create()).PhysicalResourceId;
    second = (await world.update(old, {}, REPLACED)).PhysicalResourceId;
    expect([old, second]).toEqual(world.keys().map(({ key }) => key.KeyArn));
  });
  afterEach(() => world.close());

  test('the rollback in the same deployment returns the predecessor', async () => {
    world.clock.advance(5);
    expect(await world.update(second, REPLACED, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: old });
    expect(world.keys()).toHaveLength(2);
  });

  test('the same change a year later is refused, so that nobody uses the old key unawares', async () => {
    world.clock.advance(365 * 86_400);
    expect(await world.update(second, REPLACED, {})).toMatchObject({
      Status: 'FAILED', PhysicalResourceId: second, Reason: expect.stringContaining('declare replaceable: true'),
    });
  });

  test('the same change a year later makes a third key, if the key may be replaced', async () => {
    world.clock.advance(365 * 86_400);
    const { PhysicalResourceId: third } = await world.update(second, REPLACED, { Replaceable: true });
    expect([old, second]).not.toContain(third);
  });

  test('a predecessor whose Delete came is never returned', async () => {
    await world.remove(old);
    expect(await world.update(second, REPLACED, {})).toMatchObject({ Status: 'FAILED', PhysicalResourceId: second });
  });
});
