import { kindName, firstItems, stepVerb } from "../../preview/index.ts";

/** A step that has begun. */
export interface Running {
  op: string;
  type: string;
  name: string;
  /** Milliseconds, as all times here. */
  since: number;
  /** What its provider said last. */
  status: string;
  /** When a log last had a line of it. */
  loggedAt?: number;
}

/** Returns what is under way as rows of a terminal: at most eight, then how many more there are, and none as wide as `columns`. */
export function rowsOf(running: readonly Running[], now: number, columns: number): string[] {
  const { shown, more } = firstItems(running, 8);
  const rows = shown.map(({ op, type, name, since, status }) => {
    const seconds = Math.floor((now - since) / 1_000);
    return `  ${frames[Math.floor(now / 120) % frames.length]} ${stepVerb({ operation: op, type })}  ${kindName(type)} ${name}  ${seconds} s  ${status}`;
  });
  if (more > 0) rows.push(`    and ${more} more`);
  return rows.map((row) => row.slice(0, columns - 1));
}

/** Returns lines for a log: once for what takes long, those that wait for the same together, and each minute for a copy. */
export function slowLines(running: readonly Running[], now: number): string[] {
  const slow = running.filter(({ since, loggedAt }) => loggedAt === undefined && now - since >= 10_000);
  const copies = running.filter((one) => isCopy(one) && one.loggedAt !== undefined && now - one.loggedAt >= 60_000);
  for (const one of [...slow, ...copies]) one.loggedAt = now;
  return [...Map.groupBy(slow, ({ status }) => status)]
    .map(([status, members]) => {
      const { shown, more } = firstItems(members, 3);
      const names = shown.map(({ name }) => name).join(", ");
      return `    ${names}${more > 0 ? ` and ${more} more` : ""}  ${status || "takes longer than 10 s"}`;
    })
    .concat(copies.map(({ name, status }) => `    ${name}  ${status}`));
}

/** Returns the line for a log when work that moves data comes to another phase; `undefined` otherwise. */
export function phaseLine(before: string, one: Running, now: number): string | undefined {
  const phase = phaseOf(one.status);
  if (!isCopy(one) || phase === phaseOf(before)) return undefined;
  one.loggedAt = now;
  return `    ${one.name}  ${phase}`;
}

/** Only asset tables move data. */
const isCopy = ({ type }: Running): boolean => type === "AssetTable";

/** `backup, copying: 3 of 40 files` is in the phase `backup, copying`. */
const phaseOf = (status: string): string => status.split(":")[0]!;

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
