import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { describe, expect, onTestFinished, test } from "vitest";

import type { EngineError } from "../../../../src/engine/model/engine-error.ts";
import { diskFiles } from "../../../../src/engine/state/files.ts";
import { acquireLock } from "../../../../src/engine/state/lock.ts";
import { temporaryFolder } from "./support.ts";

const cliLock = { pid: 1, username: "ann", hostname: "laptop", timestamp: "2026-11-22T16:28:35Z" };

describe("the lock of a stack", () => {
  test("has what the Pulumi CLI shows, and the way to recover in the user's name", async () => {
    const folder = temporaryFolder();
    const lock = await acquireLock(folder, diskFiles);
    const [name = ""] = readdirSync(folder);
    expect(name).toMatch(/^[0-9a-f-]{36}\.json$/);
    const content = JSON.parse(readFileSync(join(folder, name), "utf8"));
    expect(content).toMatchObject({ pid: process.pid, hostname: hostname() });
    expect(content.username).toContain("sluice engine recover");
    expect(new Date(content.timestamp).getTime()).toBeLessThanOrEqual(Date.now());
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is refused while a lock of the Pulumi CLI is there, whose maker the message names", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "x.json"), JSON.stringify(cliLock));
    const path = join(folder, "x.json");
    await expect(acquireLock(folder, diskFiles)).rejects.toThrow(
      `the stack is currently locked by 1 lock(s)\n  ${path}: created by ann@laptop (pid 1) at 2026-11-22T16:28:35Z`,
    );
    expect(readdirSync(folder)).toEqual(["x.json"]);
  });

  test.each([
    ["empty", ""],
    ["not JSON", "x"],
    ["of a dead process, but not of this engine", JSON.stringify({ ...cliLock, pid: 4_194_305, hostname: hostname() })],
    ["of another machine", JSON.stringify({ ...cliLock, pid: 4_194_305, engine: "sluice" })],
  ])("is refused by a file that is %s", async (_, text) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "anything"), text);
    await expect(acquireLock(folder, diskFiles)).rejects.toThrow(/currently locked/);
  });

  test.runIf(process.platform !== "win32")(
    "tells the command that removes the lock of what no longer runs",
    async () => {
      const folder = join(temporaryFolder(), "what's left");
      mkdirSync(folder);
      writeFileSync(join(folder, "x.json"), JSON.stringify(cliLock));
      const { advice } = (await acquireLock(folder, diskFiles).catch((error: unknown) => error)) as EngineError;
      execFileSync("sh", ["-c", /with: (rm .*)$/.exec(advice ?? "")?.[1] ?? "false"]);
      await (await acquireLock(folder, diskFiles)).release();
    },
  );

  test("does not mind folders and sidecars of the blob library", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "x.json.attrs"), "{}");
    await (await acquireLock(folder, diskFiles)).release();
  });

  test("is taken over from a dead process, and from a process that only has its number", async () => {
    const folder = temporaryFolder();
    const own = { ...cliLock, hostname: hostname(), engine: "sluice" };
    writeFileSync(join(folder, "dead.json"), JSON.stringify({ ...own, pid: 4_194_305 }));
    writeFileSync(join(folder, "reused.json"), JSON.stringify({ ...own, pid: process.ppid, processStart: "1" }));
    await (await acquireLock(folder, diskFiles)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is held against another process until that one has ended, and then taken over", async () => {
    const folder = temporaryFolder();
    const lock = resolve(import.meta.dirname, "../../../../src/engine/state");
    const script = `import { acquireLock } from "${lock}/lock.ts"; import { diskFiles } from "${lock}/files.ts";
      await acquireLock(${JSON.stringify(folder)}, diskFiles); console.log("locked"); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void other.kill("SIGKILL"));
    for await (const line of createInterface(other.stdout)) if (line === "locked") break;
    await expect(acquireLock(folder, diskFiles)).rejects.toThrow(new RegExp(`pid ${other.pid}`));
    const ended = new Promise((done) => other.once("exit", done));
    other.kill("SIGKILL");
    await ended;
    await (await acquireLock(folder, diskFiles)).release();
  });

  test("goes to one at most of those who want it at once", async () => {
    const folder = temporaryFolder();
    const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => acquireLock(folder, diskFiles)));
    const winners = attempts.filter((attempt) => attempt.status === "fulfilled");
    expect(winners.length).toBeLessThanOrEqual(1);
    for (const winner of winners) await winner.value.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});
