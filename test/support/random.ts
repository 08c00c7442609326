import * as fc from "fast-check";

/**
 * Makes property tests draw the same cases in every run, so that a landing is judged by its change alone; `npm run test:random` draws
 * others. A failure prints its seed, which `SLUICE_SEED` takes.
 */
const { SLUICE_SEED = "20260101" } = process.env;
if (SLUICE_SEED !== "random") fc.configureGlobal({ seed: Number(SLUICE_SEED) });
