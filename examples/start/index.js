import { fromSpec } from "sluice";

// Everything in sluice.yaml becomes a resource of this stack. Other resources may stand beside it.
await fromSpec("sluice.yaml");
