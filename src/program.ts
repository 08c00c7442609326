import { fromSpec } from "./from-spec.ts";

// `pulumi up` enters here: the spec that SLUICE_SPEC names, else the project's sluice.yaml, becomes resources.
await fromSpec(process.env["SLUICE_SPEC"] ?? "sluice.yaml");
