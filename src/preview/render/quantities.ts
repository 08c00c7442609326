import type { Estimate, PlannedWave } from "../plan/plan.ts";
import type { TableSummary } from "../plan/preflight.ts";

/** Returns what a table holds: `60 rows in 3 snapshots, 10 files of 31 kB, last export 2026-11-28`. */
export function tableContentText({ rows, snapshots, files, bytes, lastExport }: Omit<TableSummary, "name">): string {
  const held = `${counted(rows, "row")} in ${counted(snapshots, "snapshot")}, ${counted(files, "file")} of ${sizeText(bytes)}`;
  return lastExport === undefined ? held : `${held}, last export ${lastExport.slice(0, 10)}`;
}

/** Returns what applying a plan takes: `about 9 s, 72 calls of AWS, 31 kB to copy`. */
export function estimateText({ seconds, calls, bytes }: Estimate): string {
  const time = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `about ${time}, ${counted(calls, "call")} of AWS${bytes > 0 ? `, ${sizeText(bytes)} to copy` : ""}`;
}

/** Returns what a wave is: `canary: 2 accounts and Regions; if more than 0 fail, the next is not begun`. */
export function waveText({ name, targets, tolerated }: PlannedWave): string {
  const count = targets === 1 ? "1 account and Region" : `${targets.toLocaleString("en")} accounts and Regions`;
  return `${name}: ${count}; if more than ${tolerated} ${tolerated === 1 ? "fails" : "fail"}, the next is not begun`;
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

const units = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Returns a number of bytes as people say it: `31 kB`. */
export function sizeText(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1000 ** power).toLocaleString("en", { maximumSignificantDigits: 3 })} ${units[power]}`;
}
