import { backUpInFreeLocation, describeProgress, describeSkippedLocation } from "../../backup/index.ts";
import type { BackupRequest, CopyProgress, Receipt } from "../../backup/index.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io, Sink } from "../io.ts";

/**
 * Runs a backup, verification or restore that may take long: shows how far it is, on one line that changes on a terminal and a
 * line for each phase in a log, and stops at a signal between two requests.
 */
export async function longCopy<T>(
  io: Io,
  work: (watch: { onProgress: (progress: CopyProgress) => void; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const signal = io.interrupted();
  const status = new StatusLine(io.err);
  try {
    return await work({ onProgress: (progress) => status.show(progress), signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CommandError(Exit.cancelled, "Cancelled. Run it again: it goes on where it stopped.", { cause: error });
  } finally {
    status.end();
  }
}

/** Makes a backup so, in the first location that is free, and tells which ones it passed over. */
export const longBackup = (request: Omit<BackupRequest, "place">, io: Io): Promise<Receipt> =>
  longCopy(io, (watch) =>
    backUpInFreeLocation({
      ...request,
      ...watch,
      onSkippedLocation: (left) => io.err.line(describeSkippedLocation(left)),
    }),
  );

class StatusLine {
  readonly #sink: Sink;
  #phase = "";

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  show(progress: CopyProgress): void {
    if (this.#sink.live) this.#sink.write(`\r${describeProgress(progress).slice(0, this.#sink.columns - 1)}\x1b[K`);
    else if (progress.phase !== this.#phase) this.#sink.line(describeProgress(progress));
    this.#phase = progress.phase;
  }

  end(): void {
    if (this.#sink.live && this.#phase !== "") this.#sink.write("\r\x1b[K");
  }
}
