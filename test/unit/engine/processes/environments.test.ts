import { expect, it } from "vitest";
import { hostEnvironment } from "../../../../src/engine/processes/environments.ts";
import type { RunForHost } from "../../../../src/engine/processes/environments.ts";
import type { PulumiProject } from "../../../../src/engine/state/project-file.ts";

const project = { name: "fleet", runtimeOptions: {} } as PulumiProject;
const environmentFor = (run: Omit<RunForHost, "pending">) =>
  hostEnvironment({ SLUICE_TARGETS: '["another run"]', SLUICE_LOCK: "/another" }, project, { pending: [], ...run });
const urns = (count: number) =>
  Array.from({ length: count }, (_, index) => `urn:pulumi:prod::fleet::pulumi-nodejs:dynamic:Resource::sync-${index}`);

it("a host is told the resources that a limited run is for, and nothing of another run", () => {
  expect(environmentFor({ targets: urns(2) })).toMatchObject({ SLUICE_TARGETS: JSON.stringify(urns(2)) });
  expect(environmentFor({ targets: [] })).toMatchObject({ SLUICE_TARGETS: "[]" });
  expect(environmentFor({})).not.toHaveProperty("SLUICE_TARGETS");
  expect(environmentFor({})).not.toHaveProperty("SLUICE_LOCK");
});

// Linux starts no process with a variable of 128 KiB.
it.each([1_000, 5_000])("no variable of a host outgrows what a system takes, with %d targets", (count) => {
  const longest = Math.max(
    ...Object.entries(environmentFor({ targets: urns(count) })).map((one) => one.join("=").length),
  );
  expect(longest).toBeLessThan(128 * 1024);
});
