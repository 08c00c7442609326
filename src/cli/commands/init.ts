import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { starterFiles } from "../starter.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command.argument("[folder]", "where; by default here");
}

/** Writes a project to start from: Pulumi.yaml, the program, sluice.yaml and a workflow. Overwrites nothing. */
export async function run({ arguments: [to = "."] }: Invocation, io: Io): Promise<number> {
  const folder = path.resolve(io.cwd, to);
  const files = await starterFiles(folder);
  const there = files.filter((file) => existsSync(path.join(folder, file.path)));
  const inTheWay = there.filter((file) => !file.optional).map((file) => file.path);
  if (inTheWay.length > 0) {
    const message = `There is ${inTheWay.join(", ")} already in ${folder}, and init overwrites nothing. Choose an empty folder.`;
    throw new CommandError(Exit.failed, message);
  }
  assertModules(path.join(folder, "package.json"));
  for (const file of files.filter((file) => !there.includes(file))) {
    const target = path.join(folder, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.text, { flag: "wx" });
    io.out.line(`wrote ${path.join(to, file.path)}`);
  }
  for (const file of there) io.out.line(`kept  ${path.join(to, file.path)}`);
  io.err.line(
    `\nNext: put your accounts into ${path.join(to, "sluice.yaml")}, then\n  npm install && npx --no-install sluice check && npx --no-install sluice preview`,
  );
  return Exit.done;
}

/** The program is an ES module, which a package of CommonJS modules cannot hold. */
function assertModules(packageFile: string): void {
  if (!existsSync(packageFile)) return;
  const { type } = JSON.parse(readFileSync(packageFile, "utf8")) as { type?: string };
  if (type === "module") return;
  const message = `${packageFile} is not for ES modules. Run \`npm pkg set type=module\` in its folder, then init again.`;
  throw new CommandError(Exit.failed, message);
}
