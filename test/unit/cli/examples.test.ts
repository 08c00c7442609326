import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { formattedYaml } from "../../../src/spec/index.ts";
import { commands } from "../../../src/cli/registry.ts";
import { memoryIo } from "./memory-io.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const found = (pattern: string) => globSync(pattern, { cwd: root }).toSorted();

describe("every example spec", () => {
  it.each([...found("{sluice.yaml,examples/**/*.yaml}")].filter((file) => !file.includes(".github")))(
    "%s is laid out as fmt does it",
    (file) => {
      const text = readFileSync(path.join(root, file), "utf8");
      expect(formattedYaml(text)).toBe(text);
    },
  );

  it.each([...found("examples/*/sluice.yaml")])("%s has no problems", async (file) => {
    const io = memoryIo({ cwd: root });
    const code = await runCommandLine(["check", "--spec", file, "-o", "json"], io);
    expect(JSON.parse(io.stdout())).toEqual({ problems: [] });
    expect(code).toBe(0);
  });
});

interface Workflow {
  on: Record<string, unknown>;
  permissions?: object;
  concurrency?: object;
  jobs: Record<string, { if?: string; permissions?: Record<string, string>; steps: { run?: string; uses?: string }[] }>;
}

describe("the workflows of examples/github", () => {
  const texts = found("examples/github/.github/workflows/*.yaml").map((file) =>
    readFileSync(path.join(root, file), "utf8"),
  );
  const [deploy, preview] = texts.map((text) => parse(text) as Workflow) as [Workflow, Workflow];

  it("run only commands and options that there are", async () => {
    const lines = texts.flatMap((text) => [...text.matchAll(/npx --no-install sluice ([\w-]+)([^\n]*)/g)]);
    expect(lines.length).toBeGreaterThan(5);
    for (const [, command, rest] of lines) {
      expect(commands.map(({ name }) => name)).toContain(command);
      const io = memoryIo();
      await runCommandLine([command!, "--help"], io);
      for (const [option] of rest!.matchAll(/(?<=\s)--[\w-]+/g)) expect(io.stdout()).toContain(option);
    }
  });

  it("have no permission that they were not given by name, and no secret", () => {
    for (const workflow of [deploy, preview]) expect(workflow.permissions).toEqual({});
    expect(texts.join()).not.toMatch(/secrets\./);
    expect(Object.keys(preview.on)).toEqual(["pull_request"]);
    expect(preview.jobs["check"]!.permissions).toEqual({ contents: "read" });
    expect(deploy.jobs["up"]!.permissions).not.toMatchObject({ "pull-requests": "write" });
  });

  it("give a fork's pull request neither credentials nor a comment", () => {
    expect(preview.jobs["preview"]!.if).toBe("github.event.pull_request.head.repo.full_name == github.repository");
    expect(JSON.stringify(preview.jobs["check"])).not.toMatch(/credentials@|GITHUB_TOKEN/);
  });

  it("apply one at a time, by the reviewed plan's digest", () => {
    expect(deploy.concurrency).toMatchObject({ "cancel-in-progress": false });
    expect(deploy.jobs["up"]!.steps.at(-1)!.run).toContain("--digest");
  });
});
