import { describe, expect, test } from "vitest";
import { inProcess } from "./in-process/launcher.ts";
import { Lab } from "./lab.ts";

const thing = `new pulumi.CustomResource("pulumi-nodejs:dynamic/lab:Thing", "a", { __thing: "a", __provider: "" }`;

const programs: [string, string, string][] = [
  ["the option import", `${thing}, { import: "x" });`, 'The option import of "a"'],
  ["the option replacementTrigger", `${thing}, { replacementTrigger: 1 });`, 'The option replacementTrigger of "a"'],
  ["another provider package", `new pulumi.CustomResource("aws:s3:Bucket", "a", {});`, "The provider package aws"],
  ["another provider", `new pulumi.ProviderResource("aws", "a", {});`, "The provider pulumi:providers:aws"],
  ["a remote component", `new pulumi.ComponentResource("x:y:Z", "a", {}, {}, true);`, "The remote component x:y:Z"],
  ["a stack reference", `new pulumi.StackReference("organization/x/y");`, "A StackReference"],
  ["a function", `pulumi.runtime.invoke("aws:x:y", {});`, "The function aws:x:y"],
  ["an asset", `${thing.replace("{ __", '{ file: new pulumi.asset.StringAsset("x"), __')});`, "An asset or archive"],
];

/** What a rejected request does to these programs ends their process. */
const ending = ["a function"];

describe("What the engine does not do is refused by name", () => {
  test.each(programs)("%s", { timeout: 120_000 }, async (title, statement, message) => {
    const lab = await Lab.open(ending.includes(title) ? undefined : inProcess);
    try {
      await lab.useProgram(`import * as pulumi from "@pulumi/pulumi";\nexport default async () => { ${statement} };`);
      const result = await lab.do({ command: "up" });
      expect(result.messages?.join("\n")).toContain(`error: ${message}`);
      expect(result.messages?.join("\n")).toContain("Use the Pulumi CLI.");
      expect(result.exit).toBe("failed");
      expect(result.cloud).toEqual({});
    } finally {
      await lab.close();
    }
  });
});
