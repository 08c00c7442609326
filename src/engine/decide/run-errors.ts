/** Ends what is under way for a reason that has been reported. */
export class ReportedFailure extends Error {}

/** Refuses a request because the run has ended or is ending. */
export class RunStopped extends Error {
  constructor(options?: ErrorOptions) {
    super("the run is ending", options);
  }
}
