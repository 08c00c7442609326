import { readFile } from "node:fs/promises";
import type { PolicyDocument } from "./policy.ts";
import { ControlError } from "./quirks.ts";
import {
  flag,
  list,
  object,
  oneOf,
  optional,
  otherwise,
  record,
  shaped,
  such,
  text,
  type Shape,
  type Shaped,
} from "./shapes.ts";

const accountId = text(/^\d{12}$/, "an account id has twelve digits; quote it");

const unit: Shape<UnitSeed> = object({
  name: text(),
  accounts: otherwise(list(accountId), []),
  units: otherwise(
    record(text(), (value, place) => unit(value, place)),
    {},
  ),
});

const isPolicy = (value: unknown) => typeof value === "object" && value !== null && "Statement" in value;
const policy = such<PolicyDocument>(isPolicy, "a policy is an object with a Statement, as AWS writes it");
const bucketPolicy = such<PolicyDocument | "ssm-delivery">(
  (value) => value === "ssm-delivery" || isPolicy(value),
  "a bucket's policy is ssm-delivery, or an object with a Statement, as AWS writes it",
);

const domain = object({
  id: text(/^dzd[-_][a-zA-Z0-9_-]{1,36}$/, "a domain id looks like dzd_alpha"),
  name: text(),
  status: otherwise(
    oneOf("CREATING", "AVAILABLE", "CREATION_FAILED", "DELETING", "DELETED", "DELETION_FAILED"),
    "AVAILABLE",
  ),
  version: otherwise(oneOf("V1", "V2"), "V2"),
  /** The account that owns a domain which is shared into this one. */
  sharedBy: optional(accountId),
});

/** A sync that exists from the start, in the shape of CreateResourceDataSync's input; nothing else about it is checked. */
const sync = such<{ SyncName: string }>(
  (value) => typeof (value as { SyncName?: unknown } | null)?.SyncName === "string",
  "a sync has a SyncName",
);

const region = object({
  domains: otherwise(list(domain), []),
  syncs: otherwise(list(sync), []),
});

const role = object({
  externalId: optional(text()),
  trust: optional(list(text())),
});

const account = object({
  name: optional(text()),
  email: optional(text()),
  regions: otherwise(record(text(), region), {}),
  /** An account that is no member of the organization; seeded accounts that no unit holds are under its root. */
  standalone: otherwise(flag, false),
  /** Roles that can be assumed, by name; without it each role of the account can. */
  roles: optional(record(text(), role)),
  /** Service-linked roles that exist from the start, by service: `accountdiscovery.ssm.amazonaws.com`. */
  serviceLinkedRoles: otherwise(list(text()), []),
});

const organization = object({
  id: text(/^o-[a-z0-9]{10,32}$/, "an organization's id looks like o-acme123456"),
  management: accountId,
  units: otherwise(record(text(), unit), {}),
  featureSet: otherwise(oneOf("ALL", "CONSOLIDATED_BILLING"), "ALL"),
  /** Services with trusted access; all where it is absent. */
  trustedServices: optional(list(text())),
  /** The delegated administrator for Systems Manager Explorer. */
  delegatedAdministrator: optional(accountId),
});

const bucket = object({ region: text(), account: accountId, policy: optional(bucketPolicy) });
const key = object({ enabled: otherwise(flag, true), policy: optional(policy) });
const keyArn = text(/^arn:aws[-a-z]*:kms:[-a-z0-9]+:\d{12}:key\/.+$/, "a key is named by its ARN");

const seed = object({
  organization: optional(organization),
  accounts: otherwise(record(accountId, account), {}),
  buckets: otherwise(record(text(), bucket), {}),
  keys: otherwise(record(keyArn, key), {}),
});

/** The world as it is at the start: who exists and what they hold. */
export type Seed = Shaped<typeof seed>;
export type DomainSeed = Shaped<typeof domain>;

export interface UnitSeed {
  name: string;
  accounts: string[];
  units: Record<string, UnitSeed>;
}

/** Reads a seed from a YAML or JSON file. */
export async function readSeed(file: string): Promise<Seed> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new ControlError(`The seed ${file} cannot be read: ${(cause as Error).message}`, { cause });
  });
  return parseSeed(await parsed(text, file), file);
}

/** Checks a seed given as data and fills in what it leaves out. */
export function parseSeed(data: unknown, from = "the seed"): Seed {
  const result = shaped(seed, data ?? {});
  if ("data" in result) return result.data;
  const problems = result.problems.map((problem) => `  ${problem}`);
  throw new ControlError(`${from} is not a seed:\n${problems.join("\n")}`);
}

async function parsed(text: string, file: string): Promise<unknown> {
  try {
    return file.endsWith(".json") ? JSON.parse(text) : (await import("yaml")).parse(text);
  } catch (cause) {
    throw new ControlError(`The seed ${file} cannot be parsed: ${(cause as Error).message}`, { cause });
  }
}
