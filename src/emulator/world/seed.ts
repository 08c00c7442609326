import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { PolicyDocument } from "./policy.ts";
import { problemsOf } from "./problems.ts";
import { ControlError } from "./quirks.ts";

const text = () => z.string("must be text");
const matching = (pattern: RegExp, reason: string) => z.string(reason).regex(pattern, reason);
const list = <T extends z.ZodType>(each: T) => z.array(each, "must be a list").default(() => []);
const map = <T extends z.ZodType>(each: T, name = text()) => recordOf(each, name).default(() => ({}));
const recordOf = <T extends z.ZodType>(each: T, name = text()) => z.record(name, each, "must be a map");
const object = <S extends z.ZodRawShape>(members: S) => z.strictObject(members, "must be a map");
const oneOf = <const T extends string>(...values: T[]) => z.enum(values, `must be one of ${values.join(", ")}`);
const flag = () => z.boolean("must be true or false").default(false);
const days = () => z.int("must be a whole number of days").min(1, "must be 1 day or more");

const accountId = () => matching(/^\d{12}$/, "an account id has twelve digits; quote it");

const unit: z.ZodType<UnitSeed> = object({
  name: text(),
  accounts: list(accountId()),
  units: map(z.lazy(() => unit)),
});

const isPolicy = (value: unknown) => typeof value === "object" && value !== null && "Statement" in value;
const policy = () => z.custom<PolicyDocument>(isPolicy, "a policy is an object with a Statement, as AWS writes it");
const bucketPolicy = z.custom<PolicyDocument | "ssm-delivery">(
  (value) => value === "ssm-delivery" || isPolicy(value),
  "a bucket's policy is ssm-delivery, or an object with a Statement, as AWS writes it",
);

const domain = object({
  id: matching(/^dzd[-_][a-zA-Z0-9_-]{1,36}$/, "a domain id looks like dzd_alpha"),
  name: text(),
  /** A DELETED domain is listed nowhere, and DataZone does not know it. */
  state: oneOf("CREATING", "AVAILABLE", "CREATION_FAILED", "DELETING", "DELETED", "DELETION_FAILED").default(
    "AVAILABLE",
  ),
  version: oneOf("V1", "V2").default("V2"),
  /** The account that owns a domain which is shared into this one by Resource Access Manager. */
  sharedFrom: accountId().optional(),
});

/** A sync that exists from the start, in the shape of CreateResourceDataSync's input; nothing else about it is checked. */
const sync = z.custom<{ SyncName: string }>(
  (value) => typeof (value as { SyncName?: unknown } | null)?.SyncName === "string",
  "a sync has a SyncName",
);

const keyArn = matching(/^arn:aws[-a-z]*:kms:[-a-z0-9]+:\d{12}:key\/.+$/, "a key is named by its ARN");

/** Glue's export of the account's Data Catalog that exists from the start, whoever enabled it. */
const glueCatalogExport = object({
  enabled: z.boolean("must be true or false").default(true),
  failed: flag(),
  /** The key of the table bucket `aws-catalog`; without it the bucket has AWS's default encryption. */
  kmsKey: keyArn.optional(),
});

const region = object({
  domains: list(domain),
  syncs: list(sync),
  /** Iceberg tables of the Glue Data Catalog by `database/table`, with the metadata file that each names; null for one of another kind. */
  glueTables: recordOf(text().nullable()).optional(),
  glueCatalogExport: glueCatalogExport.optional(),
});

const role = object({
  externalId: text().optional(),
  trust: z.array(text(), "must be a list").optional(),
  /** What sessions of the role may do; everything where it is absent. */
  policy: policy().optional(),
});

const account = object({
  name: text().optional(),
  email: text().optional(),
  regions: map(region),
  /** Regions that the account has not enabled: its keys are unknown there. */
  disabledRegions: list(text()),
  /** An account that is no member of the organization; seeded accounts that no unit holds are under its root. */
  standalone: flag(),
  /** Roles that can be assumed, by name; without it each role of the account can. */
  roles: recordOf(role).optional(),
  /** Service-linked roles that exist from the start, by service: `accountdiscovery.ssm.amazonaws.com`. */
  serviceLinkedRoles: list(text()),
});

const organization = object({
  id: matching(/^o-[a-z0-9]{10,32}$/, "an organization's id looks like o-acme123456"),
  management: accountId(),
  units: map(unit),
  featureSet: oneOf("ALL", "CONSOLIDATED_BILLING").default("ALL"),
  /** Services with trusted access; all where it is absent. */
  trustedServices: z.array(text(), "must be a list").optional(),
  /** The delegated administrator for Systems Manager Explorer. */
  delegatedAdministrator: accountId().optional(),
});

/** One rule of a bucket's lifecycle. */
const expiration = object({
  /** The beginning of the keys that expire; all by default. */
  prefix: text().default(""),
  days: days().optional(),
  /** Days after which a version is gone that is no longer current. */
  noncurrentDays: days().optional(),
});

/** A number of days stands for one rule on all objects. */
const lifecycle = z.pipe(
  z.transform((value) => (typeof value === "number" ? [{ days: value }] : Array.isArray(value) ? value : [value])),
  z.array(expiration),
);

/** True stands for Enabled. */
const versioning = z.pipe(
  z.transform((value) => (value === true ? "Enabled" : value)),
  oneOf("Enabled", "Suspended"),
);

/** True stands for aws:kms. */
const requiredEncryption = z.pipe(
  z.transform((value) => (value === true ? "aws:kms" : value)),
  matching(/^(aws:kms|AES256|arn:aws[-a-z]*:kms:.+)$/, "must be true, aws:kms, AES256 or a key's ARN"),
);

const bucket = object({
  region: text(),
  account: accountId(),
  policy: bucketPolicy.optional(),
  versioning: versioning.optional(),
  /**
   * Object Lock with a default retention: every object is versioned, and none of its versions can be deleted for so many
   * days. Callers of `account`, where one is given, may bypass that.
   */
  locked: object({ account: accountId().optional(), days: days() }).optional(),
  lifecycle: lifecycle.optional(),
  /** Everybody may read the objects, and no public access block is set. */
  public: flag(),
  /** Puts are denied that do not ask for this algorithm, or for this very key. */
  encryptionRequired: requiredEncryption.optional(),
});

const key = object({
  enabled: z.boolean("must be true or false").default(true),
  /** Days until the key is deleted; until then it exists and can be used for nothing. */
  deletionInDays: days().optional(),
  policy: policy().optional(),
});

const seed = object({
  organization: organization.optional(),
  accounts: map(account, accountId()),
  buckets: map(bucket),
  keys: map(key, keyArn),
});

/** The world as it is at the start: who exists and what they hold. */
export type Seed = z.output<typeof seed>;
/** A domain of the seed. */
export type DomainSeed = z.output<typeof domain>;

/** A bucket of the seed. */
export type BucketSeed = z.output<typeof bucket>;

/** An organizational unit of the seed. */
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
  const problems = problemsOf(result.error).map((problem) => `  ${problem}`);
  throw new ControlError(`${from} is not a seed:\n${problems.join("\n")}`);
}

async function parsed(text: string, file: string): Promise<unknown> {
  try {
    return file.endsWith(".json") ? JSON.parse(text) : (await import("yaml")).parse(text);
  } catch (cause) {
    throw new ControlError(`The seed ${file} cannot be parsed: ${(cause as Error).message}`, { cause });
  }
}
