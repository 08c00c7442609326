import { partsOfUrn, type EngineEvent } from "../../preview/index.ts";

/** Stops a run in which more accounts and Regions fail than the spec tolerates. */
export class FailureLimit {
  readonly #most: number | undefined;
  readonly #failed = new Set<string>();
  readonly #stop = new AbortController();

  /** @param most how many may fail; `undefined` for any number */
  constructor(most: number | undefined) {
    this.#most = most;
  }

  /** Aborted, with what to tell, once too many have failed. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Counts a failure. */
  readonly see = ({ resOpFailedEvent, diagnosticEvent }: EngineEvent): void => {
    const said = diagnosticEvent?.severity === "error" ? diagnosticEvent.urn : undefined;
    const [account, region] = partsOfUrn(resOpFailedEvent?.metadata.urn ?? said ?? "").name.split("/");
    if (region === undefined || this.#most === undefined) return;
    this.#failed.add(`${account}/${region}`);
    if (this.#failed.size <= this.#most || this.#stop.signal.aborted) return;
    const count = this.#failed.size;
    const message = `Stopped: ${count} accounts and Regions failed, and rollout.tolerated lets ${this.#most} fail. Nothing more was begun.`;
    this.#stop.abort(new Error(message));
  };
}
