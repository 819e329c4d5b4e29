/** Something about a results folder that the user has to decide: shown without a stack trace, exit status 2. */
export class ResultsProblem extends Error {
  override readonly name = 'ResultsProblem';
}
