import { z } from "zod";
import type { PlanDiagnostic } from "./diagnostics.ts";

const count = z.int().min(0);
const place = z.object({ account: z.string(), region: z.string() });
const schema = z.object({
  verb: z.enum(["up", "destroy", "refresh"]).default("up"),
  project: z.string().optional(),
  stack: z.string().optional(),
  digest: z.string().optional(),
  /** The digest of the approved plan, where what was carried out is the rest that an interrupted run had left of it. */
  approved: z.string().optional(),
  result: z.enum(["succeeded", "failed", "partial"]),
  counts: z.record(z.string(), count),
  diagnostics: z.array(
    z.object({
      severity: z.enum(["error", "warning", "info"]),
      message: z.string(),
      name: z.string().optional(),
      targets: z.array(z.string()).optional(),
      source: z.object({ file: z.string(), line: z.int().min(0) }).optional(),
    }),
  ),
  receipts: z
    .array(
      z.object({
        source: z.object({ account: z.string(), region: z.string() }).optional(),
        destination: z.object({ location: z.string() }),
        rows: count.optional(),
        files: count,
        bytes: count,
      }),
    )
    .default([]),
  places: z
    .array(place.extend({ result: z.enum(["succeeded", "failed", "skipped"]), message: z.string().optional() }))
    .default([]),
  exporting: z
    .array(
      place.extend({ domain: z.string().nullable(), since: z.string().optional(), unverified: z.boolean().optional() }),
    )
    .default([]),
  drift: z
    .array(
      z.object({
        operation: z.enum(["update", "delete"]),
        type: z.string(),
        name: z.string(),
        properties: z.array(z.object({ path: z.string() })),
      }),
    )
    .default([]),
  /** The plan that a run stopped at, before its first step. */
  plan: z.unknown().optional(),
});

/** How `up`, `destroy` or `refresh` ended, as their `-o json` says it. */
export type RunReport = z.infer<typeof schema> & { diagnostics: PlanDiagnostic[] };

/** Tells whether a document is what a run says of its end rather than a plan. */
export const isRunReport = (document: unknown): boolean =>
  typeof document === "object" && document !== null && "counts" in document && !("version" in document);

/**
 * Reads how a run ended; `from` says in errors where it was read.
 * @throws when it is something else
 */
export function readRunReport(document: unknown, from: string): RunReport {
  const { success, error, data } = schema.safeParse(document);
  if (success) return data;
  const [issue] = error.issues;
  throw new Error(
    `${from} is not what \`sluice up -o json\` printed: ${issue?.path.join(".") || "all of it"}: ${issue?.message}.`,
  );
}
