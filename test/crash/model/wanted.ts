import * as fc from "fast-check";
import { account, backups, domains, keys, region } from "./seed.ts";

/** What somebody wants of the account, as the spec says it. */
export interface Wanted {
  /** The prefix of the sync; `undefined` when there is none. */
  sync: string | undefined;
  hasExport: boolean;
  domain: string;
  kmsKey: string | undefined;
  expirationDays: number | undefined;
  backup: string;
  history: "all" | "current";
  onRemoval: "keep" | "backUpAndDrop";
  leftover: "ask" | "adopt" | "backUpAndDrop" | "drop";
  adopt: boolean;
  /** Domains whose rows may be lost. */
  allow: readonly string[];
  /** Why they may; another word is another allowance. */
  reason: string;
}

export const place = `s3://${backups}/catalog`;

export const first: Wanted = {
  sync: "ssm",
  hasExport: true,
  domain: "dzd_alpha",
  kmsKey: undefined,
  expirationDays: undefined,
  backup: place,
  history: "all",
  onRemoval: "keep",
  leftover: "ask",
  adopt: false,
  allow: [],
  reason: "a sandbox",
};

/** Some changes of the spec; most of them concern the switch. */
export const edits: fc.Arbitrary<Partial<Wanted>> = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: fc.record({ domain: fc.constantFrom(...domains) }) },
      { weight: 1, arbitrary: fc.record({ domain: fc.constant("dzd_nosuch") }) },
      { weight: 2, arbitrary: fc.record({ kmsKey: fc.constantFrom(undefined, keys.usable, keys.disabled) }) },
      {
        weight: 5,
        arbitrary: fc.record({ backup: fc.constantFrom(place, `s3://${backups}/elsewhere`, "none", "none") }),
      },
      { weight: 1, arbitrary: fc.record({ backup: fc.constant("s3://no-such-bucket/x") }) },
      { weight: 2, arbitrary: fc.record({ hasExport: fc.boolean() }) },
      { weight: 2, arbitrary: fc.record({ leftover: fc.constantFrom("ask", "adopt", "backUpAndDrop", "drop") }) },
      { weight: 1, arbitrary: fc.record({ onRemoval: fc.constantFrom("keep", "backUpAndDrop") }) },
      { weight: 1, arbitrary: fc.record({ expirationDays: fc.constantFrom(undefined, 1, 3, 365) }) },
      { weight: 1, arbitrary: fc.record({ allow: fc.subarray([...domains]) }) },
      { weight: 1, arbitrary: fc.record({ adopt: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ history: fc.constantFrom("all", "current") }) },
      { weight: 1, arbitrary: fc.record({ sync: fc.constantFrom("ssm", "other", undefined) }) },
    ),
    { maxLength: 3, size: "max" },
  )
  .map((changes) => Object.assign({}, ...changes) as Partial<Wanted>);

/** A backup that has nowhere to go is no spec; nobody writes it twice. */
export function sensible(wanted: Wanted): Wanted {
  if (wanted.backup !== "none") return wanted;
  const { onRemoval, leftover } = wanted;
  return {
    ...wanted,
    onRemoval: "keep",
    leftover: leftover === "backUpAndDrop" || onRemoval === "backUpAndDrop" ? "ask" : leftover,
  };
}

export function specOf(wanted: Wanted): object {
  const { sync, hasExport, domain, kmsKey, expirationDays, backup, history, onRemoval, leftover } = wanted;
  const targets = { accounts: ["catalog"], regions: [region] };
  const destination = { bucket: "acme-inventory", region, prefix: sync };
  const entry = {
    targets,
    domain,
    ...(wanted.adopt && { adopt: true }),
    ...(kmsKey && { encryption: { kmsKey } }),
    recordExpirationDays: expirationDays,
    table: { backup, history, onRemoval, leftover },
  };
  const allow = wanted.allow.map((of) => ({ loss: `${account}/${region}`, of, reason: wanted.reason }));
  return {
    version: 1,
    accounts: { catalog: account },
    ...(allow.length > 0 && { allow }),
    ...(sync && { syncs: { inventory: { targets, destination, ...(wanted.adopt && { adopt: true }) } } }),
    ...(hasExport && { exports: { catalog: entry } }),
  };
}

/** Whether AWS can take the export that is wanted. */
export function isFeasible({ domain, kmsKey, backup }: Wanted): boolean {
  return domains.some((id) => id === domain) && kmsKey !== keys.disabled && !backup.includes("no-such-bucket");
}
