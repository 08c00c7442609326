import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../../../..");

it("a program that hands the SDK a function has it serialised, by modules that nobody loads before", () => {
  const program = `
    import { createRequire } from "node:module";
    const require = createRequire(${JSON.stringify(path.join(root, "_"))});
    const pulumi = require("@pulumi/pulumi");
    const large = () => Object.keys(require.cache).filter((file) => /npmcli.arborist.lib.index|typescript[^/]*.lib.typescript/.test(file)).length;
    const before = large();
    const captured = { answer: 42 };
    const { text } = await pulumi.runtime.serializeFunction(() => captured.answer + require("yaml").stringify(1));
    console.log(JSON.stringify({ before, after: large(), text }));
  `;
  const preload = path.join(root, "src/engine/processes/late-modules.ts");
  const out = execFileSync(process.execPath, ["--import", preload, "--input-type=module", "--eval", program], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { before, after, text } = JSON.parse(out);
  expect({ before, after: after > 0 }).toEqual({ before: 0, after: true });
  expect(text).toContain("answer: 42");
});
