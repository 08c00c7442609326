import path from "node:path";
import { forgeRunIn, resourceKey } from "../../preview/index.ts";
import type { Change } from "../../preview/index.ts";
import { hasErrors } from "../../spec/index.ts";
import type { Io } from "../io.ts";
import { surveyFor } from "../spec-survey.ts";

/** The spec under review, and the one before it, in another checkout of the same repository. */
interface Specs {
  spec: string;
  base?: string;
  stack: string;
}

/**
 * Returns the changes, and of what is no longer declared also the line at which the spec before the change had it: that is read where there is
 * such a change. Its files are named as those of the spec are, so that `base/teams/data.yaml` beside `base/sluice.yaml` is `teams/data.yaml`.
 * @throws CommandError where the spec before cannot be read; of one that is wrong stderr tells, and nothing is added
 */
export async function withFormerSources(
  changes: readonly Change[],
  { spec, base, stack }: Specs,
  io: Io,
): Promise<Change[]> {
  const isGone = ({ source, operation }: Change) => source === undefined && operation !== "update";
  if (base === undefined || !changes.some(isGone)) return [...changes];
  const { declarations, problems } = await surveyFor(base, io, "online", { stack });
  if (hasErrors(problems)) {
    io.err.line(
      `${base} has errors itself, so where it had what is gone from the spec is not told; sluice check --spec ${base} tells them.`,
    );
    return [...changes];
  }
  const former = new Map(declarations.map((declaration) => [resourceKey(declaration), declaration.source]));
  const commit = forgeRunIn(io.env).baseCommit;
  const renamed = renamerOf(spec, base);
  return changes.map((change) => {
    const place = isGone(change) ? former.get(resourceKey(change)) : undefined;
    if (!place) return change;
    const formerSource = { file: renamed(place.file), line: place.line, ...(commit !== undefined && { commit }) };
    return { ...change, formerSource };
  });
}

/** Returns what names files of the other checkout as this one has them. */
function renamerOf(spec: string, base: string): (file: string) => string {
  const [here, there] = [path.posix.normalize(spec), path.posix.normalize(base)];
  const folder = there.endsWith(`/${here}`) ? there.slice(0, -here.length) : "";
  return (file) => {
    const plain = path.posix.normalize(file);
    return plain.startsWith(folder) ? plain.slice(folder.length) : plain;
  };
}
