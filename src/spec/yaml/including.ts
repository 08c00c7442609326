import { posix } from "node:path";
import { readDocument } from "./document.ts";
import { linesOf } from "../problem/frame.ts";
import type { Path, SpecProblem } from "../problem/problem.ts";
import type { SourceMap } from "./source-map.ts";

/** Returns the text of a file of the spec by its name; `undefined` when it cannot be read. */
export type ReadFile = (name: string) => string | undefined;

/** A spec with the files that it includes, as one document. */
export interface AssembledSpec {
  /** `undefined` when the first file is not one readable YAML document. */
  data: unknown;
  sourceMap: SourceMap;
  problems: SpecProblem[];
  /** Whether a key or a text of any of them has more than what shows on one line of ASCII. */
  hasOthers: boolean;
  /** The lines of each file, by its name. */
  sources: Map<string, readonly string[]>;
  /** The places whose values could not be read; whole sections where a file that is included could not. */
  broken: Path[];
}

/** What a team may bring along; what holds for the whole deployment stands in the first file. */
const shared = ["accounts", "targets", "regions", "vars", "syncs", "exports"];

/** Reads a spec and the files that it includes. A name counts once: two files that define one, and files that include each other, are problems. */
export function assembleSpec(text: string, file: string, read: ReadFile = () => undefined): AssembledSpec {
  const first = readDocument(text, file);
  const sources = new Map([[file, linesOf(text)]]);
  const problems = [...first.problems];
  const broken = [...first.broken];
  let { hasOthers } = first;
  include(first.data, first.sourceMap, [file]);
  return { data: first.data, sourceMap: first.sourceMap, problems, hasOthers, sources, broken };

  function include(data: unknown, from: SourceMap, chain: readonly string[]): void {
    const names = mappingOf(data)?.["include"];
    if (!Array.isArray(names)) return;
    names.forEach((name: unknown, index) => {
      if (typeof name !== "string" || name === "") return;
      const path = ["include", index];
      const target = posix.join(posix.dirname(from.file), name);
      const report = (code: string, message: string, fix?: string) => {
        problems.push(from.problem({ code, message, path, fix }));
        broken.push(...shared.map((section) => [section]));
      };
      if (chain.includes(target))
        report(
          "include-cycle",
          target === from.file ? `${name} includes itself.` : `${name} includes ${from.file}, which includes it.`,
          target === from.file ? "Remove it." : "Remove one of the two.",
        );
      if (chain.includes(target) || sources.has(target)) return;
      if (/[*?]|\$\{/.test(name)) {
        const what = name.includes("${") ? "variables are not filled in there" : "patterns are not expanded";
        report("include-missing", `${name} names no file: ${what}.`, "Write the path of each file.");
        return;
      }
      if (posix.isAbsolute(name) || name.includes("://")) {
        report("include-missing", `${name} is no path from the folder of this file.`, "Write one: teams/storage.yaml.");
        return;
      }
      const found = read(target);
      if (found === undefined) {
        report(
          "include-missing",
          `There is no file ${target} to include.`,
          "Write its path from the folder of this file.",
        );
        return;
      }
      const document = readDocument(found, target);
      sources.set(target, linesOf(found));
      problems.push(...document.problems);
      broken.push(...document.broken);
      if (document.data === undefined) broken.push(...shared.map((section) => [section]));
      hasOthers ||= document.hasOthers;
      take(document.data, document.sourceMap);
      include(document.data, document.sourceMap, [...chain, target]);
    });
  }

  function take(data: unknown, from: SourceMap): void {
    const into = mappingOf(first.data);
    const report = (code: string, message: string, path: Path, fix: string) =>
      problems.push(from.problem({ code, message, path, atKey: true, fix }));
    for (const [section, content] of Object.entries(mappingOf(data) ?? {})) {
      if (["version", "include"].includes(section) || section.startsWith("x-")) continue;
      if (!shared.includes(section)) {
        report("include-key", `An included file cannot have ${section}.`, [section], `Move it to ${file}.`);
        continue;
      }
      const entries = mappingOf(content);
      if (entries === undefined)
        report("wrong-type", `${section} must be a mapping.`, [section], "Write a name and a value.");
      if (into === undefined || entries === undefined) continue;
      into[section] ??= Object.create(null);
      const mapping = mappingOf(into[section]);
      if (mapping === undefined) continue;
      for (const [key, value] of Object.entries(entries)) {
        if (Object.hasOwn(mapping, key)) {
          const there = first.sourceMap.placeOf([section, key]);
          const message = `${section}.${key} is defined already, at ${there.file}:${there.line}.`;
          report("include-clash", message, [section, key], "Give one of them another name.");
        } else {
          mapping[key] = value;
          first.sourceMap.adopt([section, key], from);
        }
      }
    }
  }
}

const mappingOf = (data: unknown): Record<string, unknown> | undefined =>
  typeof data === "object" && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : undefined;
