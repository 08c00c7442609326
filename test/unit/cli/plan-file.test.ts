import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { readPlanText } from "../../../src/cli/plan-file.ts";
import { memoryIo } from "./memory-io.ts";

it("a plan is read from the file that is named, and else from standard input", async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  writeFileSync(path.join(cwd, "plan.json"), "from the file");
  const io = memoryIo({ cwd, stdin: "from the stream" });
  expect(await readPlanText(["plan.json"], {}, io)).toEqual({ text: "from the file", from: "plan.json" });
  expect(await readPlanText([], { plan: "plan.json" }, io)).toEqual({ text: "from the file", from: "plan.json" });
  expect(await readPlanText([], {}, io)).toEqual({ text: "from the stream", from: "standard input" });
  await expect(readPlanText(["none.json"], {}, io)).rejects.toThrow(/^The plan none\.json cannot be read/);
  rmSync(cwd, { recursive: true });
});
