import path from "node:path";
import {
  hasErrors,
  readSpec,
  renderProblem,
  sortProblems,
  SpecError,
  type Spec,
  type SpecProblem,
} from "../../spec/index.ts";
import { expand, type Declaration } from "../../targets/index.ts";
import { awsLooks } from "../../targets/aws-looks.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";

export interface Expanded {
  spec: Spec;
  declarations: Declaration[];
}

/** The spec has errors; nothing was started. */
export class SpecRefused extends CommandError {
  readonly problems: SpecProblem[];

  constructor(problems: SpecProblem[], text: string, color: boolean) {
    super(Exit.wrong, problems.map((problem) => renderProblem(problem, text, { color })).join("\n\n"));
    this.name = "SpecRefused";
    this.problems = problems;
  }

  override get document(): object {
    return { problems: this.problems };
  }
}

/**
 * Reads and expands the spec. Everything that is wrong with it is found before the first call to AWS; the look-ups that
 * some selectors need come after.
 */
export async function expandSpec(file: string, io: Io): Promise<Expanded> {
  const { spec, draft, problems, text } = await readSpec(path.resolve(io.cwd, file), file).catch((cause: Error) => {
    throw cause instanceof SpecError ? new CommandError(Exit.wrong, cause.message, { cause }) : cause;
  });
  const refuseErrors = (found: SpecProblem[]): void => {
    const all = sortProblems([...problems, ...found]);
    if (hasErrors(all)) throw new SpecRefused(all, text, io.err.color);
  };
  refuseErrors(draft ? (await expand(draft)).problems : []);
  const { organization, caller } = awsLooks(io.env);
  const { declarations, problems: found } = await expand(spec!, organization, caller).catch((cause: Error) => {
    throw new CommandError(cause.name === "LookError" ? Exit.credentials : Exit.failed, cause.message, { cause });
  });
  refuseErrors(found);
  for (const warning of sortProblems([...problems, ...found])) {
    io.err.line(`${renderProblem(warning, text, { color: io.err.color })}\n`);
  }
  return { spec: spec!, declarations };
}
