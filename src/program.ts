import { fromSpec } from "./from-spec.ts";

/**
 * `pulumi up` enters here: the spec that SLUICE_SPEC names, else the project's sluice.yaml, becomes resources, and the limits that it sets
 * become the stack's output `sluice`, beside what people ask for.
 */
export const {
  record: sluice,
  counts,
  tableArns,
  receipts,
} = await fromSpec(process.env["SLUICE_SPEC"] ?? "sluice.yaml");
