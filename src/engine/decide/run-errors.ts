/** Ends what is under way for a reason that has been reported. */
export class ReportedFailure extends Error {}

/** Says that a registration has failed or needs one that has: it was reported, and the run goes on without it. */
export class ResourceLeftOut extends Error {}

/** Refuses a request because the run has ended or is ending. */
export class RunStopped extends Error {
  constructor(options?: ErrorOptions) {
    super("the run is ending", options);
  }
}
