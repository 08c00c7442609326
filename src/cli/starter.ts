import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { parseDocument } from "yaml";
import { packageRoot } from "./package-root.ts";
import { version } from "../version.ts";
import { installedFrom } from "./installed-from.ts";

/** A file of a new project, with its path in the project's folder. */
export interface StarterFile {
  path: string;
  text: string;
  /** A project that has one already keeps its own. */
  optional: boolean;
}

const exampleName = "acme-data-syncs";

/** The program of a package of CommonJS modules, which cannot await at the top: Pulumi calls what it exports. */
const commonJsProgram = `const { fromSpec } = require("sluice");

// Everything in sluice.yaml becomes a resource of this stack. The output \`sluice\` keeps the limits that sluice.yaml sets, so that no
// later change can loosen them for itself; \`pulumi stack output\` shows the others.
module.exports = async () => {
  const { record, counts, tableArns, receipts } = await fromSpec("sluice.yaml");
  return { sluice: record, counts, tableArns, receipts };
};
`;

/** Where each forge looks for what it is to run. */
const pipelines = {
  github: [
    ".github/workflows/sluice.yaml",
    ...["stack", "preview", "deploy", "drift"].map((part) => `.github/workflows/sluice-${part}.yaml`),
    ".github/actions/sluice/action.yml",
  ],
  gitlab: [".gitlab-ci.yml"],
};

/** The forges that a project can be made for. */
export const forges = [...Object.keys(pipelines), "none"] as (keyof typeof pipelines | "none")[];

/** What a project is made for. */
export interface StarterChoice {
  engine?: "pulumi" | "embedded";
  forge?: (typeof forges)[number];
  isCommonJs?: boolean;
}

/** Returns the files of `examples/start` for a project in `to`, which depends on this very package. */
export async function starterFiles(
  to: string,
  { engine = "pulumi", forge = "github", isCommonJs = false }: StarterChoice,
): Promise<StarterFile[]> {
  const folder = path.join(packageRoot, "examples/start");
  const projectName = projectNameOf(to);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"))
    .filter((file) => !isPipeline(file) || (forge !== "none" && chosen(pipelines[forge], engine).includes(file)));
  const textOf = (file: string) => {
    const text = isCommonJs && file === "index.js" ? commonJsProgram : readFileSync(path.join(folder, file), "utf8");
    return engine === "embedded" && isPipeline(file) ? checkingOnly(text) : text;
  };
  return files.toSorted().map((file) => ({
    // npm leaves files named .gitignore out of a package.
    path: file === "gitignore" ? ".gitignore" : file,
    text: textOf(file)
      .replaceAll(exampleName, projectName)
      .replace(/"sluice": ".*"/, `"sluice": "${installedFrom(packageRoot, to, version)}"`),
    optional: file === "package.json" || file === "gitignore" || isPipeline(file),
  }));
}

const isPipeline = (file: string) => Object.values(pipelines).flat().includes(file);

/** The embedded engine keeps its state in a folder, which no runner has: only the check is for it, and what it is installed by. */
const chosen = (files: string[], engine: string) =>
  engine === "embedded" ? files.filter((file) => /preview|action\.yml|gitlab/.test(file)) : files;

/** A pipeline without everything that asks the state. */
function checkingOnly(pipeline: string): string {
  const document = parseDocument(pipeline);
  if (document.has("on")) {
    document.set("on", document.createNode({ pull_request: null, merge_group: null }));
    document.setIn(["concurrency", "group"], "sluice-${{ github.event.pull_request.number || github.ref }}");
  }
  const asking = [".aws", ".gitlab", "planning", "preview", "comment", "report", "up", "drift", "issue"];
  for (const key of ["variables", "env", ...asking]) {
    document.delete(key);
    if (document.has("jobs")) document.deleteIn(["jobs", key]);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** A folder's name as Pulumi and npm take it for a project. */
function projectNameOf(folder: string): string {
  const name = path
    .basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name || "data-syncs";
}
