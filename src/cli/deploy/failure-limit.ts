import { partsOfUrn } from "../../preview/index.ts";
import type { EngineEvent } from "../../preview/index.ts";

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
    const target = failedTarget({ resOpFailedEvent, diagnosticEvent });
    if (target === undefined || this.#most === undefined) return;
    this.#failed.add(target);
    if (this.#failed.size <= this.#most || this.#stop.signal.aborted) return;
    const count = this.#failed.size;
    const message = `Stopped: ${count} accounts and Regions failed, and rollout.tolerated lets ${this.#most} fail. Nothing more was begun.`;
    this.#stop.abort(new Error(message));
  };
}

/** Returns the accounts and Regions in which something failed, as `account/region`. */
export function failedTargets(events: readonly EngineEvent[]): Set<string> {
  return new Set(events.flatMap((event) => failedTarget(event) ?? []));
}

function failedTarget({
  resOpFailedEvent,
  diagnosticEvent,
}: Pick<EngineEvent, "resOpFailedEvent" | "diagnosticEvent">): string | undefined {
  const urnOfError = diagnosticEvent?.severity === "error" ? diagnosticEvent.urn : undefined;
  const [account, region] = partsOfUrn(resOpFailedEvent?.metadata.urn ?? urnOfError ?? "").name.split("/");
  return region === undefined ? undefined : `${account}/${region}`;
}
