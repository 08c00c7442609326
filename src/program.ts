import { fromSpec } from "./from-spec.ts";

/**
 * `pulumi up` enters here: the spec that SLUICE_SPEC names, else the project's sluice.yaml, becomes resources, and the limits that it sets
 * become the stack's output `sluice`.
 */
export const { record: sluice } = await fromSpec(process.env["SLUICE_SPEC"] ?? "sluice.yaml");
