/** What lies in a copy's place is not that copy, or not fit to be one. Nothing is ever written over, so it stays. */
export class LocationUnusable extends Error {
  override name = "LocationUnusable";
  /** What is wrong with it, in sentences, without what to do. */
  readonly reason: string;

  constructor(reason: string, cure: string, options?: ErrorOptions) {
    super(`${reason} ${cure}`.trimEnd(), options);
    this.reason = reason;
  }
}
