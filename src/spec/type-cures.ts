import type { Path } from "./problem/problem.ts";
import { textFormats } from "./schema/formats.ts";
import { exampleUnless, isRequired, keysAt } from "./schema/schema-keys.ts";

/** A value of the wrong type: what it is, what it must be, and its text as written. */
interface Mistyped {
  path: Path;
  input: unknown;
  expected: string;
  text: string;
}

/** Returns what to write instead of a value of the wrong type, or what to do. */
export function cureOfType(mistyped: Mistyped): string | undefined {
  const { path, input, expected, text } = mistyped;
  if (input === null) return cureOfNothing(path, expected);
  if (typeof input === "string") return cureOfText(mistyped);
  const isShare = (path[0] === "guards" || path[0] === "rollout") && expected.includes("number");
  if (isShare && typeof input === "number" && input > 0 && input < 1)
    return `Write a share in percent, such as ${Math.round(input * 100) || 1}%, or a whole number.`;
  if ((typeof input === "boolean" || Number.isFinite(input)) && /^a text|or a text/.test(expected))
    return path.includes("regions") && path.at(-1) !== "description"
      ? textFormats.region.example
      : (exampleUnless(text, path) ?? `Write "${text}".`);
  if (expected.includes("true")) return "Write true or false.";
  if (expected.endsWith("number")) return "Write a whole number.";
  if (Array.isArray(input) && expected.startsWith("a text or a mapping"))
    return "Write one value, or a mapping by account or Region such as { us-east-1: …, default: … }.";
  if (expected.includes("a mapping")) return cureOfMapping(path, input);
  if (path[0] === "vars" || path[2] === "vars")
    return "A variable is one text; what differs from stack to stack stands under `stacks`.";
  if (path.at(-1) === "overrides") return "Write each with a dash: `- targets: …`, and what differs below it.";
  if (typeof input === "object" && expected === "a text" && path.at(-2) === "targets")
    return "Give it a name under `targets:` at the top, and write that name here.";
  if (Array.isArray(input) && typeof path.at(-1) === "number")
    return "Write its items themselves: lists are not joined. `regions:` and `targets:` at the top give groups a name.";
  if (Array.isArray(input) && expected === "a text") return "Write one value, without brackets or dashes.";
  if (expected.includes("a list")) return "Write a list: [first, second], or a line with a dash for each.";
  return "Write one value alone.";
}

function cureOfText({ path, input, expected, text }: Mistyped): string | undefined {
  const written = input as string;
  if (/^[\w.-]+:["'[{]/.test(written)) return "Put a space behind the colon.";
  if (/^-\S/.test(written) && text.startsWith("-") && expected.includes("a list"))
    return "Put a space behind each dash.";
  if (expected.startsWith("true")) {
    const meant = { true: true, yes: true, on: true, false: false, no: false, off: false }[written.toLowerCase()];
    return meant === undefined ? "Write true or false." : `Write ${meant}.`;
  }
  if (expected.includes("number")) {
    const [, digits, unit] = /^(\d+)\s*([a-z]*)$/i.exec(written) ?? [];
    const plain = written.replaceAll(/(?<=\d)[_,.' ](?=\d{3}(\D|$))/g, "");
    if (digits === undefined && /^\d+$/.test(plain)) return `Write ${plain}.`;
    if (path.at(-1) === "recordExpirationDays" && /^(never|none|off|no|infinite|unlimited)$/i.test(written))
      return "Remove it: without it no row expires.";
    if (digits === undefined) return "Write a whole number.";
    const isDays = /^(d|days?)$/i.test(unit!);
    if (path.at(-1) === "recordExpirationDays" && unit !== "" && !isDays)
      return "Write how many days, as a whole number.";
    return `Write ${digits}.`;
  }
  if (expected.includes("a mapping")) {
    if (path.at(-1) === "encryption" && /^(aes-?256|sse-s3|true|default)$/i.test(written))
      return "Remove it: AES256 with S3's own keys is the default.";
    return cureOfMapping(path, written);
  }
  if (expected.includes("a list") && !text.includes("\n")) {
    const word = wholeSelection(path, written);
    if (word !== undefined) return word;
    const items = written.split(/\s*,\s*/);
    if (path.at(-1) === "regions" && !items.every((item) => textFormats.regionReference.pattern.test(item)))
      return "Write a list, such as [us-east-1].";
    return items.length > 1 ? `Write [${items.join(", ")}].` : `Write [${text}].`;
  }
  return undefined;
}

/** What is written for all of them, or for the caller's own, in place of a list. */
function wholeSelection(path: Path, written: string): string | undefined {
  const isAll = /^(all|any|\*|every|everything)$/i.test(written);
  if (path.at(-1) === "regions" && path.at(-2) === "source" && isAll)
    return "Write a list such as [us-east-1]; `includeFutureRegions: true` adds those that AWS will open.";
  if (path.at(-1) === "regions" && isAll)
    return 'Write all-enabled, for those that each account lists as its own, or ["*"] for every one that is known.';
  if (path.at(-1) !== "accounts") return undefined;
  if (isAll) return "Write all.";
  return /^(self|current|caller|me|own|this)$/i.test(written)
    ? "Write self, for the account of whoever runs it."
    : undefined;
}

/** What is empty is not known to be meant. */
function cureOfNothing(path: Path, expected: string): string {
  if (typeof path.at(-1) === "number") return "Remove it, or write what is meant.";
  if (path[0] === "stacks" && path.length === 2) return "Write {} behind the colon where nothing of it differs.";
  if (/^a text|or a text/.test(expected))
    return `Write its value behind the colon${isRequired(path) ? "" : ", or remove it"}.`;
  return expected.includes("a list")
    ? "Write a list, or remove it."
    : "Write what belongs to it below it, indented, or remove it.";
}

function cureOfMapping(path: Path, input: unknown): string {
  if (path.length === 0)
    return "Begin with `version: 1`, and write sections such as `accounts:` and `syncs:` below it.";
  const known = keysAt(path);
  if (path.at(-1) === "exclude")
    return "Write which: accounts, organizationalUnits, regions or targets, each with a list.";
  if (path.at(-1) === "tags") return "Write the key of each tag, a colon and its value.";
  if (Array.isArray(input) && input.every((item) => typeof item === "string") && path[0] === "stacks")
    return `Write { ${input.map((name) => `${String(name)}: {}`).join(", ")} }.`;
  if (Array.isArray(input) && known.length === 0)
    return "Write a name and a colon in front of each, instead of its dash.";
  if (Array.isArray(input)) return "Write its settings without dashes.";
  return known.length === 0
    ? "Write a name and what belongs to it on a line of its own below it, indented."
    : `Write its settings below it, indented: ${known.slice(0, 4).join(", ")}${known.length > 4 ? ", …" : ""}.`;
}

/** Returns what a value is, in a sentence. */
export function typeNameOf(input: unknown): string {
  if (input === null || input === undefined) return "empty";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a mapping";
  return typeof input === "string"
    ? `the text "${input.length > 60 ? `${input.slice(0, 59)}…` : input}"`
    : String(input) === "Infinity" || String(input) === "NaN"
      ? `the value ${String(input)}`
      : `the ${typeof input} ${String(input)}`;
}
