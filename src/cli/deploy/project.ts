import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { CommandError, Exit } from "../exit.ts";

/** The Pulumi project of a spec. */
export interface Project {
  /** The folder of Pulumi.yaml. */
  folder: string;
  /** `backend.url` of Pulumi.yaml, as written. */
  backendUrl?: string;
  /** Whether Sluice has just written it, because there was none. */
  written: boolean;
}

/**
 * The Pulumi project that a spec belongs to: the nearest Pulumi.yaml at or above the spec, else at or above the working
 * folder. Where there is none, one is written into `.sluice` beside the spec, which also keeps the state. The project
 * of this package's own checkout counts for the specs inside of it only.
 */
export function projectOf(specFile: string, cwd: string): Project {
  const beside = nearest(path.dirname(specFile));
  const here = nearest(cwd);
  const folder = beside ?? (here === packageRoot ? undefined : here);
  if (!folder) return generate(path.join(path.dirname(specFile), ".sluice"));
  const text = readFileSync(path.join(folder, "Pulumi.yaml"), "utf8");
  const { backend } = (parse(text) ?? {}) as { backend?: { url?: string } };
  return { folder, backendUrl: backend?.url, written: false };
}

/** Built, this file is `dist/src/cli/deploy/project.js`; the root is the folder with package.json. */
const packageRoot = nearest(path.dirname(fileURLToPath(import.meta.url)), "package.json")!;

function nearest(folder: string, file = "Pulumi.yaml"): string | undefined {
  if (existsSync(path.join(folder, file))) return folder;
  const above = path.dirname(folder);
  return above === folder ? undefined : nearest(above, file);
}

function generate(folder: string): Project {
  const program = path.join(packageRoot, "dist", "src", "program.js");
  const backendUrl = "file://.";
  const text = stringify(
    {
      name: "sluice",
      description: "Written by sluice for the spec in the folder above; it is written anew by every run.",
      runtime: { name: "nodejs", options: { typescript: false } },
      // In the package, so that the program finds its modules wherever the spec lies.
      main: path.relative(folder, program).split(path.sep).join("/"),
      backend: { url: backendUrl },
    },
    { lineWidth: 0 },
  );
  const file = path.join(folder, "Pulumi.yaml");
  const written = !existsSync(file) || readFileSync(file, "utf8") !== text;
  try {
    mkdirSync(folder, { recursive: true });
    if (written) writeFileSync(file, text);
  } catch (cause) {
    const cure = "Give the spec a folder that can be written, or a Pulumi.yaml of its own and --state.";
    throw new CommandError(Exit.failed, `Project and state go into ${folder}: ${(cause as Error).message}. ${cure}`, {
      cause,
    });
  }
  return { folder, backendUrl, written };
}
