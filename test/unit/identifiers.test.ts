import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

/** Words that say nothing to an engineer who has not written the line, and what stands for them here. */
const refused: Record<string, string> = {
  alien: "foreign",
  astray: "what is wrong with it",
  belongings: "what they are",
  blind: "unreadable",
  fate: "outcome",
  foreseen: "forecast",
  ghosts: "what they are",
  harm: "severity",
  haste: "throttled",
  hedge: "qualifier",
  likeness: "key",
  mine: "whose they are",
  misshapen: "findings",
  outlook: "forecast",
  own: "whose it is: the account, the entry, the file",
  met: "foreign, found",
  said: "text, summary, message",
  sames: "unchanged",
  say: "print, report",
  saying: "text",
  sought: "definition",
  spent: "used",
  strange: "foreign",
  stranger: "foreign",
  such: "what it is",
  tell: "print, report",
  telling: "informative",
  tells: "has, prints",
  theirs: "whose they are",
  told: "answer, reported, printed",
  twin: "duplicate",
  undone: "unfinished",
  unkept: "unsupported",
  untold: "unanswered",
  wild: "wildcard",
};

/** Names that are not ours to choose. */
const given: Record<string, string> = {
  __allowancesSpent: "a name in the states of stacks",
  __tablesMet: "a name in the states of stacks",
  NoSuchBucket: "an error code of S3",
  NoSuchBucketPolicy: "an error code of S3",
  NoSuchKey: "an error code of S3",
  NoSuchUpload: "an error code of S3",
  NoSuchVersion: "an error code of S3",
  untold: "a name in probe reports that people have committed",
};

interface Declared {
  name: string;
  isLocal: boolean;
  line: string;
}

describe("names are English", () => {
  const files = globSync(["src/**/*.ts", "providers/**/*.ts"], { cwd: root });
  const declared = files.flatMap((file) => namesDeclaredIn(file));

  it("no name has a word that has to be decoded", () => {
    expect(declared.length).toBeGreaterThan(10_000);
    const wrong = declared.filter(({ name, isLocal }) => wordsOf(name).some(isRefused) && (isLocal || !isGiven(name)));
    expect(wrong.map(({ name, line }) => `${line} ${name}: rather ${hintFor(name)}`)).toEqual([]);
  });

  it("no file has one in its name", () => {
    const wrong = files.filter((file) => path.basename(file, ".ts").split("-").some(isRefused));
    expect(wrong).toEqual([]);
  });

  it("each exception is one that is there", () => {
    const names = new Set(declared.filter(({ isLocal }) => !isLocal).map(({ name }) => name));
    expect(Object.keys(given).filter((name) => !names.has(name))).toEqual([]);
  });

  it.each([
    ["toldIn", ["told", "in"]],
    ["isMet", ["is", "met"]],
    ["OWN_NAMES", ["own", "names"]],
    ["#snapshotsTold", ["snapshots", "told"]],
    ["S3TablesMet", ["s3", "tables", "met"]],
    ["kmsARNSpent", ["kms", "arn", "spent"]],
  ])("%s is read word by word", (name, words) => expect(wordsOf(name)).toEqual(words));
});

/** Reads what a file declares: variables, parameters, functions, types and their members. */
function namesDeclaredIn(file: string): Declared[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  const found: Declared[] = [];
  const visit = (node: ts.Node) => {
    const { name } = node as { name?: ts.Node };
    if (name && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) && isDeclaration(node)) {
      const { line } = source.getLineAndCharacterOfPosition(name.getStart());
      const isMember = ts.isPropertySignature(node) || ts.isPropertyAssignment(node);
      found.push({ name: name.text, isLocal: !isMember, line: `${file}:${line + 1}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Tells a declaration from what uses a name that was declared elsewhere, in another room or in a package. */
function isDeclaration(node: ts.Node): boolean {
  return !(
    ts.isPropertyAccessExpression(node) ||
    ts.isMetaProperty(node) ||
    ts.isExportSpecifier(node) ||
    (ts.isImportSpecifier(node) && node.propertyName === undefined) ||
    ts.isShorthandPropertyAssignment(node)
  );
}

function wordsOf(name: string): string[] {
  return name
    .split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

const isRefused = (word: string): boolean => Object.hasOwn(refused, word);

const isGiven = (name: string): boolean => Object.hasOwn(given, name);

const hintFor = (name: string): string =>
  wordsOf(name)
    .filter(isRefused)
    .map((word) => refused[word])
    .join("; ");
