import { FINAL_ERROR } from '../contract/tasks';

/** A failure that no repetition mends. The state machine knows it by its name. */
export class FinalFailure extends Error {
  override readonly name = FINAL_ERROR;
}
