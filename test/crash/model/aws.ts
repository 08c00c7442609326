import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { root } from "../../support/sluice.ts";

const source = path.join(root, "src/emulator/index.ts");

/** An emulator in a process of its own: the runs' code is loaded anew in this one, and must not share a module with it. */
export class Aws {
  readonly endpoint: string;
  readonly #end: () => void;

  private constructor(endpoint: string, end: () => void) {
    this.endpoint = endpoint;
    this.#end = end;
  }

  static async start(seed: object): Promise<Aws> {
    const script = `import { startEmulator } from ${JSON.stringify(source)};
      console.log((await startEmulator({ seed: ${JSON.stringify(seed)} })).endpoint);
      process.once("disconnect", () => process.exit());`;
    const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "ignore", "ipc"],
    });
    const [line] = await once(child.stdout!, "data");
    return new Aws(String(line).trim(), () => child.disconnect());
  }

  async reset(): Promise<void> {
    await this.#control("reset");
  }

  /** Returns the time of the emulator afterwards, in milliseconds since the epoch. */
  async advance(days: number, assets: number): Promise<number> {
    const { now } = (await this.#control("advance", { days, assets })) as { now: string };
    return Date.parse(now);
  }

  close(): void {
    this.#end();
  }

  async #control(route: string, body: object = {}): Promise<unknown> {
    const answer = await fetch(`${this.endpoint}/_emulator/${route}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
