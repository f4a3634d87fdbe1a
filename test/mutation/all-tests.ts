import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';

const PROVIDER = path.join(__dirname, '..', 'provider');
/**
 * The bundle holds no mutants. The switches live through the same life in every variant, the conformance tests ask tables
 * that run in other processes, and what keys are used for is compared with other programs: minutes, for no mutant of their own.
 */
const LEFT_OUT = ['bundle.test.ts', 'reconciler.switches.test.ts', 'ledger.conformance.test.ts', 'reconciler.import-use.test.ts'];

/** In one file, so that every mutant loads the SDK and the emulator once; tests without a world first, since they are quicker. */
const files = readdirSync(PROVIDER, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.test.ts') && !LEFT_OUT.includes(path.basename(name)));
const needsWorld = (name: string) => readFileSync(path.join(PROVIDER, name), 'utf8').includes('lifecycle/world') ? 1 : 0;

for (const name of files.sort((a, b) => needsWorld(a) - needsWorld(b) || a.localeCompare(b))) {
  // A name for each file: equal titles in two of them would be one test to Stryker.
  describe(name, () => { jest.requireActual(path.join(PROVIDER, name)); });
}
