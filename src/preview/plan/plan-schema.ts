import { z } from "zod";

const source = z.object({ file: z.string(), line: z.int().min(0) });
const count = z.int().min(0);
const json = z.json();

const property = z.strictObject({
  path: z.string(),
  before: json.optional(),
  after: json.optional(),
  replaces: z.boolean(),
  applied: json.optional(),
  unknown: z.literal(true).optional(),
  secret: z.literal(true).optional(),
});

const facts = z
  .object({
    rows: z.enum(["backedUp", "dropped", "kept", "expire", "none"]),
    collection: z.enum(["starts", "stops", "moves", "continues", "off"]).optional(),
    allowed: z.string().optional(),
    drift: z.enum(["gone", "changed"]).optional(),
    retained: z.literal(true).optional(),
    createdAt: z.string().optional(),
    tableArn: z.string().optional(),
    wave: z.string().optional(),
  })
  .catchall(json);

/** What the digest binds has no key that nobody knows. */
const change = z.strictObject({
  operation: z.enum(["create", "update", "replace", "delete", "forget", "skip"]),
  type: z.string(),
  name: z.string(),
  account: z.string().optional(),
  region: z.string().optional(),
  source: source.optional(),
  formerSource: source.extend({ commit: z.hex().optional() }).optional(),
  severity: z.enum(["destroys", "stops", "changes", "starts"]),
  drift: z.boolean(),
  properties: z.array(property),
  unchanged: z.record(z.string(), json).optional(),
  facts,
  found: z
    .strictObject({
      becomes: z.enum(["absent", "kept", "backedUp", "dropped", "expire", "stops", "unknown"]),
      owner: z.string().optional(),
      isExporting: z.boolean().optional(),
      isEmpty: z.literal(true).optional(),
      days: z.number().optional(),
      allowed: z.string().optional(),
    })
    .optional(),
  consequence: z.string(),
});

const finding = z.object({
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  cure: z.string().optional(),
  name: z.string().optional(),
  account: z.string().optional(),
  region: z.string().optional(),
  targets: z.array(z.string()).optional(),
  source: source.optional(),
});

const table = z.object({
  name: z.string(),
  rows: count,
  bytes: count,
  files: count,
  snapshots: count,
  lastExport: z.string().optional(),
});

const guard = z.strictObject({
  name: z.enum(["delete-budget", "replace-budget", "protect", "empty-selector", "identity", "data-loss", "preflight"]),
  status: z.enum(["pass", "blocked", "allowed"]),
  message: z.string(),
  rule: z
    .strictObject({
      limit: z.number().optional(),
      allowance: z.strictObject({ most: z.number(), reason: z.string(), until: z.string().optional() }).optional(),
    })
    .optional(),
});

/** The shape of a plan's JSON, version 2. */
export const planSchema = z.object({
  version: z.literal(2),
  project: z.string(),
  stack: z.string(),
  digest: z.string(),
  result: z.enum(["ok", "blocked", "failed"]),
  counts: z.object({
    create: count,
    update: count,
    replace: count,
    delete: count,
    same: count,
    skip: count.optional(),
  }),
  changes: z.array(change),
  names: z.record(z.string(), z.string()).optional(),
  steps: z.array(z.object({ operation: z.string(), type: z.string(), name: z.string() })),
  waves: z.array(z.object({ name: z.string(), targets: count, tolerated: count })).optional(),
  preflight: z.object({ asked: z.boolean(), calls: count, findings: z.array(finding), tables: z.array(table) }),
  estimate: z.object({ seconds: z.number(), calls: z.number(), bytes: z.number() }),
  guards: z.array(guard),
  diagnostics: z.array(
    z.object({
      severity: z.enum(["error", "warning", "info"]),
      message: z.string(),
      name: z.string().optional(),
      source: source.optional(),
    }),
  ),
});
