import { expect, it } from "vitest";
import { FailureLimit } from "../../../src/cli/deploy/failure-limit.ts";

const failure = (name: string) => ({
  diagnosticEvent: { severity: "error", message: "no", urn: `urn:pulumi:dev::sluice::m:T::${name}` },
});

it("a run stops when more accounts and Regions have failed than are tolerated, however often each has", () => {
  const limit = new FailureLimit(1);
  for (const name of ["1/us-east-1/a", "1/us-east-1/b", "1/us-east-1"]) limit.see(failure(name));
  limit.see({ diagnosticEvent: { severity: "error", message: "update failed", urn: "" } });
  expect(limit.signal.aborted).toBe(false);
  limit.see(failure("1/eu-west-1"));
  expect((limit.signal.reason as Error).message).toContain("2 accounts and Regions failed");
});

it("a run without a limit goes on", () => {
  const limit = new FailureLimit(undefined);
  for (let at = 0; at < 50; at++) limit.see(failure(`${at}/us-east-1`));
  expect(limit.signal.aborted).toBe(false);
});
