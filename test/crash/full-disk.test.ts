import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inProcess } from "../conformance/in-process/launcher.ts";
import { Lab } from "../conformance/lab.ts";
import type { ScenarioStep } from "../conformance/scenario.ts";

const pad = "x".repeat(2_000);
const resources = Array.from({ length: 200 }, (_, index) => ({ name: `x${index}`, props: { n: index, pad } }));
const step: ScenarioStep = { command: "up", program: { resources, concurrent: true } };

describe.skipIf(!canMount())("a state on a disk of its own", () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await Lab.open(inProcess);
  });
  afterEach(async () => {
    run("umount", lab.stateFolder);
    await lab.close();
  });

  test("without space for a record refuses the run before anything is made, and leaves no lock behind", async () => {
    run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", lab.stateFolder);
    await expect(lab.do(step)).rejects.toThrow(/no space is left on the disk/);
    expect(await lab.calls()).toEqual([]);
    const left = await readdir(lab.stateFolder, { recursive: true });
    expect(left.filter((name) => /\.json$|\.journal|\.tmp$/.test(name))).toEqual([]);
  });

  test.each(["600k", "900k"])(
    "of %s becomes full: the run fails and says so, what was made is known, none is made twice",
    async (size) => {
      run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", lab.stateFolder);
      const failed = await lab.do(step, 8);
      expect(failed.exit).toBe("failed");
      expect(failed.messages?.join("\n") ?? "").toContain("no space is left on the disk");
      const made = Object.keys(failed.cloud).length;
      expect(made).toBeLessThan(resources.length);

      run("mount", "-o", "remount,size=64m", lab.stateFolder);
      const { exit, summary, pending, cloud } = await lab.do(step, 8);
      expect({ exit, pending }).toEqual({ exit: "ok" });
      expect(summary?.["same"] ?? 0).toBeGreaterThanOrEqual(made);
      expect(Object.keys(cloud)).toHaveLength(resources.length);
    },
  );

  test("can be previewed but not updated while it is read-only", async () => {
    await lab.do({ command: "up", program: { resources: resources.slice(0, 2) } });
    run("mount", "--bind", lab.stateFolder, lab.stateFolder);
    run("mount", "-o", "remount,ro,bind", lab.stateFolder);
    const same: ScenarioStep = { command: "preview", program: { resources: resources.slice(0, 2) } };
    expect((await lab.do(same)).exit).toBe("ok");
    await expect(lab.do({ ...same, command: "up" })).rejects.toThrow(/file system is read-only/);
  });
});

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}

/** Only root may, and not in every container. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-mount-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).status === 0;
  if (mounted) spawnSync("umount", [folder]);
  rmdirSync(folder);
  return mounted;
}
