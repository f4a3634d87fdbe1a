const { TestEnvironment } = require('jest-environment-node');

/** Ends the run of a mutant at the first test that fails: Jest itself goes on when it is called by Stryker. */
let caught;

module.exports = class FirstFailure extends TestEnvironment {
  async handleTestEvent({ name, test }) {
    const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (mutant === undefined) return;
    if (name === 'test_fn_failure' || name === 'hook_failure') caught = mutant;
    if (name === 'test_start' && caught === mutant) test.mode = 'skip';
  }
};
