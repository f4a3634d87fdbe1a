/** Something that the service surely refuses. The construct that is declared with it throws it, since only that has a path. */
export interface KeyProblem {
  readonly name: string;
  readonly message: string;
}
