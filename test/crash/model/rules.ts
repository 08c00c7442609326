import type { Judge } from "./judge.ts";
import type { OnCall } from "./line.ts";
import { isFeasible } from "./wanted.ts";
import type { Wanted } from "./wanted.ts";

/** Whose objects are: the stacks that made or adopted them, by their time of creation. */
export class Owners {
  readonly #stacks = new Map<string, Set<string>>();

  add(object: string, stack: string): void {
    this.#stacks.set(object, new Set([...(this.#stacks.get(object) ?? []), stack]));
  }

  has(object: string, stack: string): boolean {
    return this.#stacks.get(object)?.has(stack) === true;
  }
}

/** What is known of the world while a run's calls are watched. */
export interface Watch {
  judge: Judge;
  owners: Owners;
  stack: string;
  wanted: Wanted;
  /** Whether what is wanted may be made anew all the same. */
  isTainted: boolean;
  /** Domains whose allowance the stack knows to have used. */
  spent: Set<string>;
  now(): number;
  /** Told of what must not be. */
  broken(what: string): void;
  /** Told of what happened. */
  note(what: string): void;
}

const configurationPath = /^\/v2\/domains\/([^/]+)\/data-export-configuration/;

/** Holds each call of a run that takes something away, or makes an export, against what is wanted and what is there. */
export function watching(watch: Watch): OnCall {
  let expiration: number | undefined;
  let isNew = false;
  return async ({ method, path, target }, done) => {
    const [, domain] = configurationPath.exec(path) ?? [];
    if (domain !== undefined && method === "DELETE" && !done) await onStop(watch, domain);
    else if (domain !== undefined && method === "PUT") {
      if (!done) isNew = await beforeStart(watch, domain);
      else if (isNew) await noteMade(watch, domain);
    } else if (method === "DELETE" && path.startsWith("/tables/") && !done) await onDrop(watch);
    else if (method === "PUT" && path.startsWith("/table-record-expiration")) {
      if (!done) expiration = await watch.judge.expirationDays();
      else await onExpiration(watch, expiration);
    } else if (target === "AmazonSSM.DeleteResourceDataSync" && !done) await onSyncDelete(watch);
    else if (target === "AmazonSSM.CreateResourceDataSync" && done) {
      const sync = await watch.judge.sync();
      if (sync && sync.prefix === watch.wanted.sync) watch.owners.add(`sync ${sync.createdAt}`, watch.stack);
    } else if (method === "DELETE" && path.startsWith("/acme-backups") && !path.includes("uploadId="))
      watch.broken(`an object of the backups was deleted: ${path}`);
  };
}

async function onStop({ judge, owners, stack, wanted, isTainted, broken, note }: Watch, domain: string): Promise<void> {
  const present = await judge.configuration(domain);
  if (!present) return;
  note("stopped");
  if (!owners.has(present.createdAt, stack))
    broken(`${stack} stops ${domain}'s export, which it neither made nor took over`);
  if (!wanted.hasExport) return;
  if (!isTainted && wanted.domain === domain && wanted.kmsKey === present.kmsKey)
    broken(`${stack} stops the very export that it wants: ${domain}`);
  if (!isFeasible(wanted)) broken(`${stack} stops ${domain}'s export for one that cannot come: ${wanted.domain}`);
}

/** Returns whether the export that is being put is a new one. */
async function beforeStart({ judge, stack, broken }: Watch, domain: string): Promise<boolean> {
  const present = await judge.configurations();
  const other = present.find((each) => each.domain !== domain);
  if (other) broken(`${stack} puts an export of ${domain} while ${other.domain} has one`);
  return present.length === 0;
}

async function noteMade({ judge, owners, stack }: Watch, domain: string): Promise<void> {
  const made = await judge.configuration(domain);
  if (made) owners.add(made.createdAt, stack);
}

async function onDrop({ judge, wanted, spent, broken, note }: Watch): Promise<void> {
  note("dropped");
  const [holder] = await judge.configurations();
  if (holder) broken(`DeleteTable while ${holder.domain} holds the table`);
  const rows = await judge.lost("table");
  if (rows.length === 0) return;
  const isAllowed = wanted.hasExport && wanted.backup === "none";
  const lost = isAllowed ? judge.notOf(rows, unused(wanted, spent)) : rows;
  if (lost.length > 0) broken(`DeleteTable while ${lost.length} rows are in no copy: ${lost[0]}`);
  use(judge, rows, spent);
  judge.excuse(rows);
  note("allowed");
}

async function onExpiration({ judge, wanted, spent, now, broken }: Watch, before: number | undefined): Promise<void> {
  const after = await judge.expirationDays();
  if (after === before) return;
  const kept = new Set(await judge.expiring(before, now()));
  const rows = (await judge.expiring(after, now())).filter((row) => !kept.has(row));
  const lost = judge.notOf(rows, unused(wanted, spent));
  use(judge, rows, spent);
  if (lost.length > 0)
    broken(`an expiration of ${after} days (it was ${before}) takes ${lost.length} rows: ${lost[0]}`);
}

async function onSyncDelete({ judge, owners, stack, wanted, isTainted, broken }: Watch): Promise<void> {
  const sync = await judge.sync();
  if (!sync) return;
  if (!owners.has(`sync ${sync.createdAt}`, stack))
    broken(`${stack} deletes a sync that it neither made nor took over`);
  if (!isTainted && wanted.sync === sync.prefix) broken(`${stack} deletes the very sync that it wants`);
}

/** An allowance counts once. */
const unused = ({ allow }: Wanted, spent: Set<string>) => allow.filter((domain) => !spent.has(domain));

function use(judge: Judge, rows: readonly string[], spent: Set<string>): void {
  for (const domain of judge.domainsOf(rows)) spent.add(domain);
}
