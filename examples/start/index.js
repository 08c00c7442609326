import { fromSpec } from "sluice";

// Everything in sluice.yaml becomes a resource of this stack. Other resources may stand beside it. The output keeps the limits that
// sluice.yaml sets, so that no later change can loosen them for itself.
export const { record: sluice } = await fromSpec("sluice.yaml");
