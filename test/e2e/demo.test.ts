import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const demo = (region: string) => promisify(execFile)(process.execPath, [main, "demo", "--region", region]);

// Each plays the whole story in processes of its own; `npm start` plays the one of the aws partition.
describe.runIf(process.env["SLUICE_PROGRAMS"] === "all")("the demo in the partition", () => {
  it.each([
    ["aws-us-gov", "us-gov-west-1"],
    ["aws-cn", "cn-north-1"],
    ["aws-eusc", "eusc-de-east-1"],
  ])("%s", { timeout: 120_000 }, async (partition, region) => {
    const { stdout } = await demo(region);
    expect(stdout).toContain(`role: arn:${partition}:iam::`);
    expect(stdout).toMatch(/✓ 60 rows in 3 snapshots at s3:\/\/acme-backups\/\S+: equal to before\./);
    expect(stdout).toContain("Done in ");
    expect(stdout).not.toContain("arn:aws:");
    expect(stdout).not.toMatch(/(us-east|eu-west)-1/);
  });
});

it("the demo of a Region that AWS does not have is refused", async () => {
  await expect(demo("us-eest-1")).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("AWS has no Region us-eest-1"),
  });
});
