import { betweenBrackets, closesNothing } from "./flow-faults.ts";
import type { Span } from "./source-map.ts";
import {
  deeperThanBefore,
  indentationFault,
  lineWithoutColon,
  nestedUnderText,
  unicodeSpaceFault,
  unspacedColon,
} from "./indentation-faults.ts";
import type { SyntaxFault } from "./indentation-faults.ts";
import { unmaskVariables } from "./variable-mask.ts";

/** What the parser says of a text that is not YAML. */
export interface ParserError {
  code: string;
  message: string;
  pos: Span;
}

/** Returns what a person has to know of an error of the parser: what is wrong with the line, and what to write. */
export function syntaxFault({ code, message, pos: [at] }: ParserError, text: string): SyntaxFault {
  const rest = text.slice(at).split(/\r?\n/, 1)[0]!;
  const unicodeSpace = unicodeSpaceFault(at, text);
  if (unicodeSpace) return unicodeSpace;
  switch (code) {
    case "TAB_AS_INDENT":
      return tabs(at, text);
    case "BLOCK_AS_IMPLICIT_KEY":
      return nestedUnderText(at, text, message);
    case "BLOCK_IN_FLOW":
      return betweenBrackets(text, at);
    case "MULTILINE_IMPLICIT_KEY":
      return lineWithoutColon(at, text);
    case "BAD_INDENT":
      return indentationFault(at, text, message);
    case "BAD_DQ_ESCAPE":
      return { message: `${message}.`, fix: "Write \\\\ for a backslash, or use single quotes." };
    case "BAD_SCALAR_START": {
      const value = unmaskVariables(rest.replace(/\s+#.*$/, "").trimEnd());
      return { message: `a text cannot begin with ${value[0]} outside quotes.`, fix: `Put it in quotes: "${value}".` };
    }
    case "BAD_ALIAS":
      return withoutName(text[at]!, /[[,]\s*$/.test(text.slice(0, at)));
    case "MISSING_CHAR":
      return missingCharacter(at, message, text);
    case "UNEXPECTED_TOKEN":
      return unexpected(at, message, text, rest);
    case "KEY_OVER_1024_CHARS":
      return { message: "a key has more than 1,024 characters.", fix: "Shorten it." };
    default:
      return { message: `${unmaskVariables(message)}.`, fix: "Keep one of them, or put the text in quotes." };
  }
}

function tabs(at: number, text: string): SyntaxFault {
  const rows = text.split("\n").flatMap((line, index) => (/^ *\t/.test(line) ? [index + 1] : []));
  const others = rows.filter((row) => row !== text.slice(0, at).split("\n").length);
  const more = others.length > 6 ? `${others.slice(0, 5).join(", ")} and ${others.length - 5} more` : others.join(", ");
  const also = others.length > 0 ? `; so do line${others.length > 1 ? "s" : ""} ${more}` : "";
  return {
    message: `tabs indent this line${also}.`,
    fix: "Indent with spaces.",
    span: [at, at + 1],
    reach: "tabs",
  };
}

const withoutName = (mark: string, isItem: boolean): SyntaxFault => ({
  message: `${mark} begins ${mark === "*" ? "an alias" : "an anchor"}, and no name follows.`,
  fix: mark === "*" ? `Write ${isItem ? '"*"' : '["*"]'}, with the quotes.` : "Put the text in quotes.",
});

function missingCharacter(at: number, message: string, text: string): SyntaxFault {
  if (message.startsWith("Comments"))
    return { message: "a comment begins with a space and #.", fix: "Put a space in front of #." };
  if (message.startsWith("Missing ,")) return betweenBrackets(text, at);
  if (message.startsWith("Implicit map keys")) return lineWithoutColon(at, text);
  if (message.startsWith("Sequence item"))
    return {
      message: "this line stands in a list, and no dash begins it.",
      fix: "Write a dash and a space in front of it.",
      reach: "section",
    };
  return { message: `${unmaskVariables(message)}.`, fix: "Put a space between the two, or the text in quotes." };
}

function unexpected(at: number, message: string, text: string, rest: string): SyntaxFault {
  const before = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  const first = /^[ \t]+(?=[^\s#])/m.exec(text);
  if (before.trim() === "" && first !== null && !/[^\s#].*\n/.test(text.slice(0, first.index))) {
    const span: Span = [first.index, first.index + first[0].length];
    return {
      message: "the first line is indented, and what follows is not.",
      fix: "Remove the spaces in front of it.",
      span,
      reach: "everything",
    };
  }
  const deeper = before.trim() === "" ? deeperThanBefore(at, text) : undefined;
  if (deeper) return deeper;
  if (message.startsWith("Unexpected block-seq-ind"))
    return {
      message: "a list with dashes begins on the line below its key.",
      fix: `Write [${rest.replace(/^-\s*/, "").replace(/\s+#.*$/, "")}], or each dash on a line of its own.`,
    };
  if (/^[\]}]/.test(rest)) return unspacedColon(at, text) ?? closesNothing(text, at);
  const bare = before.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, "");
  const isInBrackets = (bare.match(/[[{]/g)?.length ?? 0) > (bare.match(/[\]}]/g)?.length ?? 0);
  if (isInBrackets && /["']\s+$/.test(before)) return betweenBrackets(text, at);
  if (/["']\s*$/.test(before.trimEnd())) {
    const quote = before.trimEnd().at(-1)!;
    const inside = quote === "'" ? "'' for an apostrophe" : '\\" for a quote';
    return {
      message: `the text goes on behind its closing ${quote}.`,
      fix: `Write ${inside} inside it, or take the quotes away.`,
    };
  }
  if (isInBrackets) return betweenBrackets(text, at);
  if (/[\]}]\s*$/.test(before))
    return {
      message: "something follows behind the closing bracket.",
      fix: "Write it inside the brackets, or on a line of its own.",
    };
  if (/[|>][+-]?\d?\s*$/.test(before) || message.startsWith("Block scalar header"))
    return {
      message: "behind | and > the text begins on the next line.",
      fix: "Write it there, indented, or put it in quotes.",
    };
  const what = message.endsWith("at node end")
    ? "this goes on behind a value that has ended"
    : unmaskVariables(message);
  return { message: `${what}.`, fix: "Put the text in quotes, or write one key a line, with a colon." };
}
