import { CheckedEmulator } from './checked-emulator';
import { SWITCH_CASES } from './switch-cases';
import { resolveSwitches, SwitchName, SWITCHES, Switches } from './switches';

const VARIANTS = Object.entries(SWITCH_CASES).flatMap(([name, given]) =>
  SWITCHES[name as SwitchName].variants.map(variant => ({ name, variant, ...given })),
);

test.each(VARIANTS)('$name=$variant', async ({ name, variant, look, sees, options }) => {
  const emulator = new CheckedEmulator({ ...options, switches: { [name]: variant } as Partial<Switches> });
  expect(await look(emulator)).toEqual(sees?.[variant] ?? variant);
});

test('the first variant is the default', () => {
  expect(resolveSwitches()).toMatchObject({ deleteOnReplica: 'ValidationException', emptyRegionsAtCreation: 'none' });
  expect(resolveSwitches({ deleteOnReplica: 'deleted' })).toEqual({ ...resolveSwitches(), deleteOnReplica: 'deleted' });
});

test('unknown switches and variants are errors that list the right ones', () => {
  expect(() => resolveSwitches({ nothing: 'x' } as never)).toThrow(/no switch "nothing".*deleteOnReplica/);
  expect(() => resolveSwitches({ deleteOnReplica: 'x' } as never)).toThrow(/no variant "x".*deleted/);
});
