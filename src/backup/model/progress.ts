/** How far a backup or restore is. */
export interface CopyProgress {
  phase: Phase;
  files: { done: number; total: number };
  bytes: { done: number; total: number };
  /** Since the phase began. */
  bytesPerSecond: number;
  /** Of this phase; absent until a rate is known. */
  secondsLeft?: number;
}

/** What a backup or restore is doing, in the order in which it does so. */
export type Phase = "plan" | "data" | "deletes" | "manifests" | "verify" | "publish";

/** Is called at the begin and end of each phase, and at most ten times a second between. */
export type OnProgress = (progress: CopyProgress) => void;

/** Counts the work that a backup or restore has done. */
export interface Meter {
  begin(phase: Phase, files?: number, bytes?: number): void;
  /** One file more is done. */
  file(): void;
  bytes(count: number): void;
}

/** Reports each phase's begin and end, and at most ten times a second between. */
export function meter(report: OnProgress = () => {}, now: () => number = () => performance.now()): Meter {
  let phase: Phase = "plan";
  let total = { files: 0, bytes: 0 };
  let done = { files: 0, bytes: 0 };
  let began = now();
  let reported = -Infinity;
  const reportProgress = () => {
    reported = now();
    report(progressOf(phase, done, total, (reported - began) / 1000));
  };
  return {
    begin(next, files = 0, bytes = 0) {
      phase = next;
      total = { files, bytes };
      done = { files: 0, bytes: 0 };
      began = now();
      reportProgress();
    },
    file() {
      done.files += 1;
      if (done.files === total.files || now() - reported >= 100) reportProgress();
    },
    bytes(count) {
      done.bytes += count;
      if (now() - reported >= 100) reportProgress();
    },
  };
}

interface Amount {
  files: number;
  bytes: number;
}

function progressOf(phase: Phase, done: Amount, total: Amount, seconds: number): CopyProgress {
  const bytesPerSecond = seconds > 0 ? done.bytes / seconds : 0;
  return {
    phase,
    files: { done: done.files, total: total.files },
    bytes: { done: done.bytes, total: total.bytes },
    bytesPerSecond,
    secondsLeft: bytesPerSecond > 0 ? Math.max(0, total.bytes - done.bytes) / bytesPerSecond : undefined,
  };
}

/** Returns the progress as a line for people: `copying: 12 of 40 files, 80.0 of 312.5 MiB, 41.2 MiB/s, 6 s left`. */
export function describeProgress({ phase, files, bytes, bytesPerSecond, secondsLeft }: CopyProgress): string {
  const parts = [`${files.done} of ${files.total} files`];
  if (bytes.total > 0) parts.push(`${mebibytes(bytes.done)} of ${mebibytes(bytes.total)} MiB`);
  if (bytesPerSecond > 0) parts.push(`${mebibytes(bytesPerSecond)} MiB/s`);
  if (secondsLeft !== undefined && secondsLeft >= 1) parts.push(`${Math.ceil(secondsLeft)} s left`);
  return files.total > 0 ? `${doing[phase]}: ${parts.join(", ")}` : doing[phase];
}

const doing: Record<Phase, string> = {
  plan: "reading the table's metadata",
  data: "copying",
  deletes: "rewriting delete files",
  manifests: "rewriting manifests",
  verify: "reading the copy back",
  publish: "publishing",
};

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
