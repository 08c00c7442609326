import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";

const root = path.resolve(import.meta.dirname, "../../../..");

/** Runs a program as the SDK's processes begin; it sees `require` and how many files of certain names are loaded. Returns what it answers. */
function answerOf(program: string) {
  const begin = `
    import { createRequire } from "node:module";
    const require = createRequire(${JSON.stringify(path.join(root, "_"))});
    const loaded = (names) => Object.keys(require.cache).filter((file) => names.test(file)).length;
  `;
  const preload = path.join(root, "src/engine/processes/late-modules.ts");
  const cwd = mkdtempSync(path.join(tmpdir(), "sluice-late-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(path.join(cwd, "package.json"), "{}");
  const out = execFileSync(process.execPath, ["--import", preload, "--input-type=module", "--eval", begin + program], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(out);
}

it("a program that hands the SDK a function has it serialised, by modules that nobody loads before", () => {
  const { before, after, text, paths, automation } = answerOf(`
    const pulumi = require("@pulumi/pulumi");
    const names = /npmcli.arborist.lib.index|typescript[^/]*.lib.typescript|normalize-package-data.lib|automation.stack/;
    const before = loaded(names);
    const captured = { answer: 42 };
    const { text } = await pulumi.runtime.serializeFunction(() => captured.answer + require("yaml").stringify(1));
    const paths = await pulumi.runtime.computeCodePaths();
    const { name } = pulumi.automation.LocalWorkspace;
    console.log(JSON.stringify({ before, after: loaded(names), text, paths: [...paths.keys()], automation: name }));
  `);
  expect({ before, after: after > 3, automation }).toEqual({ before: 0, after: true, automation: "LocalWorkspace" });
  expect(text).toContain("answer: 42");
  expect(paths).toEqual([]);
});

it("a program is traced, by modules that nobody loads before", () => {
  const { before, off, on } = answerOf(`
    const tracing = require("@pulumi/pulumi/cmd/run/tracing");
    const before = loaded(/opentelemetry.(exporter|instrumentation|resources|sdk)/);
    const off = tracing.newSpan("off").isRecording();
    tracing.start("http://127.0.0.1:9/spans");
    const on = tracing.newSpan("on");
    console.log(JSON.stringify({ before, off, on: on.isRecording() && on.resource.attributes["service.name"] }));
    process.exit();
  `);
  expect({ before, off, on }).toEqual({ before: 0, off: false, on: "nodejs-runtime" });
});
