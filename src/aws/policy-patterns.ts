/** Yes, no, or not known. */
export type Truth = boolean | undefined;

/** Condition keys by name, in lower case; `undefined` stands for a value that is there and not known here. */
type Context = Readonly<Record<string, string | undefined>>;

/** How a pattern and a text are compared. */
export interface PatternRules {
  /** Whether `*` and `?` stand for other characters. */
  hasWildcards?: boolean;
  /** Whether upper and lower case are the same. */
  fold?: boolean;
}

/** Tells whether a text is what one of the patterns says. A fleet's bucket names hundreds of accounts, for each of which its policy is judged. */
export function anyMatches(patterns: string[], text: string, context: Context, how: PatternRules): Truth {
  if (patterns.includes(text) && !text.includes("$")) return true;
  let truth: Truth = false;
  for (const pattern of patterns) {
    const one = matches(pattern, text, context, how);
    if (one) return true;
    if (one === undefined) truth = undefined;
  }
  return truth;
}

/**
 * Whether a text is what a pattern says, with its variables filled in. Where one is not known, only a pattern that no value of it would make
 * match is known not to.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
function matches(pattern: string, text: string, context: Context, { hasWildcards, fold }: PatternRules): Truth {
  const literals = literalsOf(fold ? pattern.toLowerCase() : pattern);
  if (literals) return matchesPlain(literals, fold ? text.toLowerCase() : text, hasWildcards);
  let isKnown = true;
  const filled = pattern.replace(/\$\{([^}]*)\}|[*?.+^${}()|[\]\\]/g, (token, variable?: string) => {
    if (variable === undefined) return (hasWildcards && wildcards[token]) || escaped(token);
    if (/^[*?$]$/.test(variable)) return escaped(variable);
    const value = context[variable.toLowerCase()];
    isKnown &&= value !== undefined;
    return value === undefined ? wildcards["*"]! : escaped(value);
  });
  if (!new RegExp(`^${filled}$`, fold ? "i" : "").test(text)) return false;
  return isKnown ? true : undefined;
}

const literals = new Map<string, string[] | undefined>();

/** Returns what a pattern has between its `*`; nothing for one with `?` or a variable. */
function literalsOf(pattern: string): string[] | undefined {
  let known = literals.get(pattern);
  if (known === undefined && !literals.has(pattern)) {
    known = /[$?]/.test(pattern) ? undefined : pattern.split("*");
    literals.set(pattern, known);
  }
  return known;
}

/** The same for most patterns, which have no `?` and no variable: a regular expression for each of hundreds of accounts would take far longer. */
function matchesPlain(literals: string[], text: string, hasWildcards = false): boolean {
  if (!hasWildcards) return literals.join("*") === text;
  const first = literals[0]!;
  const last = literals.at(-1)!;
  if (literals.length === 1) return first === text;
  const end = text.length - last.length;
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (let index = 1; index < literals.length - 1; index++) {
    const part = literals[index]!;
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

const wildcards: Record<string, string> = { "*": "[^]*", "?": "[^]" };

function escaped(text: string): string {
  return text.replace(/[*?.+^${}()|[\]\\]/g, "\\$&");
}
