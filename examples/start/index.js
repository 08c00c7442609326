import { fromSpec } from "sluice";

// Everything in sluice.yaml becomes a resource of this stack. Other resources may stand beside it. The output `sluice` keeps
// the limits that sluice.yaml sets, so that no later change can loosen them for itself; `pulumi stack output` shows the others.
export const { record: sluice, counts, tableArns, receipts } = await fromSpec("sluice.yaml");
