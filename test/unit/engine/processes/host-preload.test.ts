import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

const preload = new URL("../../../../src/engine/processes/host-preload.ts", import.meta.url).href;

/** A host that runs this program and is ready as soon as it prints something. */
async function host(program: string) {
  let printed = "";
  const cache = mkdtempSync(join(tmpdir(), "sluice-host-"));
  onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
  const child = spawn(process.execPath, [`--import=${preload}`, "--input-type=module", "-e", program], {
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stderr.on("data", (chunk) => (printed += chunk));
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  return { child, ended, printed: () => printed, cached: () => readdirSync(cache, { recursive: true }).length };
}

const waiting = `import "@pulumi/pulumi/proto/provider_pb.js"; console.log("ready"); setInterval(() => {}, 1000);`;

it("A host that the engine ends dies of the signal, and leaves its compiled code for the next one", async () => {
  const { child, ended, cached } = await host(waiting);
  child.kill("SIGINT");
  expect(await ended).toEqual([null, "SIGINT"]);
  expect(cached()).toBeGreaterThan(1);
});

it("A provider may end its work when it is told to", async () => {
  const { child, ended } = await host(
    `${waiting} process.once("SIGINT", () => setTimeout(() => process.exit(7), 50));`,
  );
  child.kill("SIGINT");
  expect(await ended).toEqual([7, null]);
});

it("A host does not outlive an engine that was killed", async () => {
  const { child, ended } = await host(waiting);
  child.stdin.destroy();
  expect(await ended).toEqual([0, null]);
});

it("The host prints an answered error with its stack, and one without a stack not at all", async () => {
  const asTheSdkDoes = "const told = (e) => console.error(`${e}: ${e.stack}`);";
  const { child, ended, printed } = await host(`${asTheSdkDoes}
    told(Object.assign(new Error("in two\\nlines"), { stack: "" }));
    told(Object.assign(new TypeError("here"), { stack: "at program.js" }));
    console.error("Error: of the program's own");
    ${waiting}`);
  child.stdin.destroy();
  await ended;
  expect(printed()).toBe("TypeError: here: at program.js\nError: of the program's own\n");
});
