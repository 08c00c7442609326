import { renderReport } from "../../spec/index.ts";
import type { SourceLines, Spec, SpecProblem } from "../../spec/index.ts";
import type { Declaration, OrganizationDifference, Wave } from "../../targets/index.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io, Sink } from "../io.ts";
import { readingFiller, withConfigSecrets } from "./config-secrets.ts";
import { surveyFor } from "../spec-survey.ts";

/** A spec without errors, and the resources that it stands for. */
export interface Expanded {
  spec: Spec;
  declarations: Declaration[];
  waves: Wave[];
  /** What accounts are called, by their ids. */
  names: Record<string, string>;
  /** What AWS Organizations says otherwise than the record beside the spec. */
  differences: OrganizationDifference[];
  /** What is to be said of it, as text without colours. */
  warnings: string[];
}

/** The file of a spec, and the stack that it is read for. */
export interface SpecChoice {
  spec: string;
  stack: string;
}

/** The spec has errors; nothing was started. */
export class SpecRefused extends CommandError {
  readonly problems: SpecProblem[];

  constructor(problems: SpecProblem[], sources: SourceLines, sink: Sink) {
    super(Exit.wrong, renderReport(problems, sources, sink).join("\n\n"));
    this.name = "SpecRefused";
    this.problems = problems;
  }

  override get document(): object {
    return { problems: this.problems };
  }
}

/** Reads and expands the spec of a deployment; its warnings go to stderr. */
export async function expandSpec({ spec: file, stack }: SpecChoice, io: Io): Promise<Expanded> {
  const surveyed = await surveyFor(file, io, "online", { stack });
  const { spec, declarations, waves, problems, sources, differences } = surveyed;
  if (spec === undefined) throw new SpecRefused(problems, sources, io.err);
  for (const warning of renderReport(problems, sources, io.err)) io.err.line(`${warning}\n`);
  // An account of which everything is taken away may be named by the spec still.
  const names = { ...Object.fromEntries(spec.accounts.map(({ id, name }) => [id, name])), ...surveyed.names };
  return { spec, declarations, waves, names, differences, warnings: renderReport(problems, sources, { color: false }) };
}

/** Reads and expands the spec for a command that deploys nothing; external ids that are secrets of the stack are filled in. */
export async function expandToRead(choice: SpecChoice, io: Io): Promise<Expanded> {
  const expanded = await expandSpec(choice, io);
  return { ...expanded, declarations: await withConfigSecrets(expanded.declarations, readingFiller(choice, io)) };
}

/** Returns what the spec declares, as far as that can be known: for verbs that do without the spec and only name its lines. */
export async function declaredIn({ spec: file, stack }: SpecChoice, io: Io): Promise<Declaration[]> {
  const { declarations } = await surveyFor(file, io, "online", { stack })
    .catch(() => surveyFor(file, io, "offline", { stack }))
    .catch(() => ({ declarations: [] }));
  return declarations;
}
