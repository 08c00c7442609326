import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { nodeComplaint } from "../../../src/cli/node-version.ts";
import { root, sluice } from "../../support/sluice.ts";

it.each(["18.20.8", "20.20.2", "22.17.1"])("Node %s is told which Node is needed, in one line", (version) => {
  expect(nodeComplaint(version)).toMatch(new RegExp(`needs Node 22\\.18 or later, and this is Node ${version}\\..*$`));
});

it.each(["22.18.0", "23.0.0", "24.21.0"])("Node %s is new enough", (version) => {
  expect(nodeComplaint(version)).toBeUndefined();
});

it("the oldest Node is the one that the package declares", () => {
  const { engines } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  const oldest = engines.node.replace(">=", "");
  expect(nodeComplaint(`${oldest}.0`)).toBeUndefined();
  expect(nodeComplaint("0.0.0")).toContain(`Node ${oldest} or later`);
});

it("the command line ends with exit code 2 on an old Node", async () => {
  const old = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.20.2"})`;
  const ran = await sluice(["check"], { cwd: root, env: { NODE_OPTIONS: `--import=${encodeURI(old)}` } });
  expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^error: sluice needs Node.*\n$/) });
});
