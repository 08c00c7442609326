import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { PolicyDocument } from "./policy.ts";
import { ControlError } from "./quirks.ts";

const accountId = z.string().regex(/^\d{12}$/, "an account id has twelve digits; quote it");

const unit: z.ZodType<UnitSeed> = z.strictObject({
  name: z.string(),
  accounts: z.array(accountId).default([]),
  get units() {
    return z.record(z.string(), unit).default({});
  },
});

const policy = z.custom<PolicyDocument>(
  (value) => typeof value === "object" && value !== null && "Statement" in value,
  "a policy is an object with a Statement, as AWS writes it",
);

const domain = z.strictObject({
  id: z.string().regex(/^dzd[-_][a-zA-Z0-9_-]{1,36}$/, "a domain id looks like dzd_alpha"),
  name: z.string(),
  status: z
    .enum(["CREATING", "AVAILABLE", "CREATION_FAILED", "DELETING", "DELETED", "DELETION_FAILED"])
    .default("AVAILABLE"),
  version: z.enum(["V1", "V2"]).default("V2"),
  /** The account that owns a domain which is shared into this one. */
  sharedBy: accountId.optional(),
});

const sync = z.looseObject({ SyncName: z.string() });

const region = z.strictObject({
  domains: z.array(domain).default([]),
  /** Syncs that exist from the start, in the shape of CreateResourceDataSync's input; nothing about them is checked. */
  syncs: z.array(sync).default([]),
});

const role = z.strictObject({
  externalId: z.string().optional(),
  trust: z.array(z.string()).optional(),
});

const account = z.strictObject({
  name: z.string().optional(),
  email: z.string().optional(),
  regions: z.record(z.string(), region).default({}),
  /** An account that is no member of the organization; seeded accounts that no unit holds are under its root. */
  standalone: z.boolean().default(false),
  /** Roles that can be assumed, by name; without it each role of the account can. */
  roles: z.record(z.string(), role).optional(),
  /** Service-linked roles that exist from the start, by service: `accountdiscovery.ssm.amazonaws.com`. */
  serviceLinkedRoles: z.array(z.string()).default([]),
});

const seed = z.strictObject({
  organization: z
    .strictObject({
      id: z.string().regex(/^o-[a-z0-9]{10,32}$/, "an organization's id looks like o-acme123456"),
      management: accountId,
      units: z.record(z.string(), unit).default({}),
      featureSet: z.enum(["ALL", "CONSOLIDATED_BILLING"]).default("ALL"),
      /** Services with trusted access; all where it is absent. */
      trustedServices: z.array(z.string()).optional(),
      /** The delegated administrator for Systems Manager Explorer. */
      delegatedAdministrator: accountId.optional(),
    })
    .optional(),
  accounts: z.record(accountId, account).default({}),
  buckets: z
    .record(
      z.string(),
      z.strictObject({
        region: z.string(),
        account: accountId,
        policy: z.union([z.literal("ssm-delivery"), policy]).optional(),
      }),
    )
    .default({}),
  keys: z
    .record(
      z.string().regex(/^arn:aws[-a-z]*:kms:[-a-z0-9]+:\d{12}:key\/.+$/, "a key is named by its ARN"),
      z.strictObject({ enabled: z.boolean().default(true), policy: policy.optional() }),
    )
    .default({}),
});

/** The world as it is at the start: who exists and what they hold. */
export type Seed = z.output<typeof seed>;
export type DomainSeed = z.output<typeof domain>;

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
  const result = seed.safeParse(data ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `  ${issue.path.join(".") || "the document"}: ${reasonOf(issue)}`,
  );
  throw new ControlError(`${from} is not a seed:\n${problems.join("\n")}`);
}

/** What is wrong with a key is told inside of the issue. */
function reasonOf(issue: z.core.$ZodIssue): string {
  return issue.code === "invalid_key" ? issue.issues.map(({ message }) => message).join(", ") : issue.message;
}

async function parsed(text: string, file: string): Promise<unknown> {
  try {
    return file.endsWith(".json") ? JSON.parse(text) : (await import("yaml")).parse(text);
  } catch (cause) {
    throw new ControlError(`The seed ${file} cannot be parsed: ${(cause as Error).message}`, { cause });
  }
}
