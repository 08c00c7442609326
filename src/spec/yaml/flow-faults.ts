import type { SyntaxFault } from "./indentation-faults.ts";
import type { Span } from "./source-map.ts";

/** A fault with its place. */
export type PlacedFault = SyntaxFault & { span: Span };

/**
 * Returns what is wrong with the brackets, quotes and commas of the list or mapping whose bracket stands at an offset: what is never closed, or no
 * comma between two entries. `undefined` where these are in order. What stands within quotes and comments is no bracket.
 */
export function flowFault(text: string, start: number): PlacedFault | undefined {
  const end = endOfBlock(text, start);
  const fault = faultUpTo(end, text, start);
  if (fault?.isOpen !== true || end === text.length || faultUpTo(text.length, text, start) !== undefined) return fault;
  const line = end + 1 + /^ */.exec(text.slice(end + 1))![0].length;
  return {
    message: "this line goes on with a list or mapping in brackets, and is indented no deeper than where it begins.",
    fix: "Indent the lines within the brackets.",
    span: [line, lineEnd(text, line)],
    reach: "everything",
  };
}

function faultUpTo(end: number, text: string, start: number): (PlacedFault & { isOpen?: boolean }) | undefined {
  const open: number[] = [];
  let stray: PlacedFault | undefined;
  /** Whether an entry may begin here; behind a whole one, which is no plain word, a comma has to stand first. */
  let expects: "entry" | "comma" | "any" = "entry";
  for (let at = start; at < end; at++) {
    const sign = text[at]!;
    if (sign === "#" && /\s/.test(text[at - 1] ?? "\n")) {
      at = lineEnd(text, at) - 1;
    } else if (/\s/.test(sign)) {
      continue;
    } else if (sign === "]" || sign === "}") {
      const fault = closed(sign, at);
      if (fault !== undefined) return fault;
      if (open.length === 0) return stray;
      expects = "comma";
    } else if (sign === ",") {
      expects = "entry";
    } else if (sign === ":" && /[\s,\]}]|^$/.test(text[at + 1] ?? "")) {
      expects = "entry";
    } else if (sign === ":" && expects === "comma") {
      expects = "entry";
    } else if (expects === "comma" && /[\s\]}]/.test(text[at - 1]!)) {
      return betweenBrackets(text, at);
    } else if (sign === "[" || sign === "{") {
      open.push(at);
      expects = "entry";
    } else if (expects === "entry" && (sign === '"' || sign === "'")) {
      const behind = quoteEnd(text, at, end);
      if (behind === undefined) return unclosed(text, at);
      at = behind - 1;
      expects = "comma";
    } else {
      expects = "any";
    }
  }
  return open.length > 0 ? { ...unclosed(text, open.at(-1)!), isOpen: true } : undefined;

  /** Takes back the bracket that is closed. One that is left open by then is never closed. */
  function closed(sign: string, at: number): PlacedFault | undefined {
    const opens = sign === "]" ? "[" : "{";
    if (text[open.at(-1)!] === opens) open.pop();
    else if (open.some((one) => text[one] === opens)) return unclosed(text, open.at(-1)!);
    else stray ??= closesNothing(text, at);
    return undefined;
  }
}

/** Returns the quote at an offset as one that is never closed, where its text runs out or on into lines that are not indented as its own. */
export function quoteFault(text: string, start: number): PlacedFault | undefined {
  return quoteEnd(text, start, endOfBlock(text, start)) === undefined ? unclosed(text, start) : undefined;
}

/** Returns that a comma is missing in front of what stands at an offset. */
export function betweenBrackets(text: string, at: number): PlacedFault {
  const hasSemicolon = text.slice(at, lineEnd(text, at)).includes(";");
  return {
    message: "between { } or [ ] the entries are separated by commas.",
    fix: hasSemicolon ? "Write a comma instead of the semicolon." : "Put the comma that is missing.",
    span: [at, at + 1],
  };
}

/** Returns that the bracket at an offset closes none. */
export function closesNothing(text: string, at: number): PlacedFault {
  const message = `the bracket ${text[at]} closes nothing.`;
  return { message, fix: "Remove it, or write the bracket that opens.", span: [at, at + 1] };
}

function unclosed(text: string, at: number): PlacedFault {
  const opened = text[at]!;
  const close = { "[": "]", "{": "}" }[opened] ?? opened;
  const isQuote = close === opened;
  return {
    message: `the ${isQuote ? "quote" : "bracket"} ${opened} is never closed.`,
    fix: `Write ${close} where the ${isQuote ? "text" : opened === "[" ? "list" : "mapping"} ends.`,
    span: [at, at + 1],
  };
}

/** The offset behind the quote that closes the one at an offset. */
function quoteEnd(text: string, start: number, end: number): number | undefined {
  const quoted = text[start] === '"' ? /"(?:[^"\\]|\\[^])*"/y : /'(?:[^']|'')*'/y;
  quoted.lastIndex = start;
  const behind = quoted.test(text) ? quoted.lastIndex : Number.POSITIVE_INFINITY;
  return behind > end ? undefined : behind;
}

/** Where the lines end that belong to what stands at an offset: the next one is indented no deeper, and closes nothing. */
function endOfBlock(text: string, start: number): number {
  const line = text.lastIndexOf("\n", start - 1) + 1;
  const indent = /^ */.exec(text.slice(line, start))![0].length;
  const next = /\n( *)([^\s\]}])/g;
  next.lastIndex = start;
  for (let found = next.exec(text); found !== null; found = next.exec(text))
    if (found[1]!.length <= indent && !(found[2] === "#")) return found.index;
  return text.length;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
