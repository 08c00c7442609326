import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { styleText } from "node:util";
import type { Io } from "../io.ts";

/** Where the demo's commands run, and how they reach the emulator. */
export interface DemoEnvironment {
  folder: string;
  env: NodeJS.ProcessEnv;
}

/** Tells the story between the commands. */
export class DemoConsole {
  readonly #io: Io;
  readonly #setting: DemoEnvironment;
  #scene = 0;

  constructor(io: Io, setting: DemoEnvironment) {
    this.#io = io;
    this.#setting = setting;
  }

  /** A numbered heading and what is about to happen. */
  scene(title: string, ...lines: string[]): void {
    this.#scene++;
    this.#io.out.line(`\n${this.#style(["bold", "cyan"], `${this.#scene}. ${title}`)}`);
    this.print(...lines);
  }

  print(...lines: string[]): void {
    for (const line of lines) this.#io.out.line(`   ${line}`);
  }

  /** What was found to be so. */
  fact(line: string): void {
    this.#io.out.line(`   ${this.#style(["green"], "✓")} ${line}`);
  }

  /**
   * Runs `sluice ARGS` as a user would, with everything that it prints; another exit code than 0 ends the demo.
   * @returns what it printed on standard output
   */
  async run(...args: string[]): Promise<string> {
    this.#io.out.line(`\n   ${this.#style(["bold"], `$ sluice ${args.join(" ")}`)}\n`);
    const child = spawn(process.execPath, [process.argv[1]!, ...args, "--engine", "embedded"], {
      cwd: this.#setting.folder,
      env: { ...this.#setting.env, ...(this.#io.out.color && { FORCE_COLOR: "1" }) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.on("data", (chunk) => this.#io.out.write(String(chunk)));
    const ended = new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
    const printed = await text(child.stdout);
    const code = await ended;
    if (code !== 0) throw new Error(`"sluice ${args.join(" ")}" ended with exit code ${code}.`);
    return printed;
  }

  #style(format: Parameters<typeof styleText>[0], line: string): string {
    return this.#io.out.color ? styleText(format, line, { validateStream: false }) : line;
  }
}
