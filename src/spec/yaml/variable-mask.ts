/**
 * Returns the text with the braces of each `${…}` exchanged, at equal length, for two characters that mean nothing to YAML, which between
 * `{` and `}` takes those of an unquoted `${region}` for its own. So a text that is not YAML without quotes is one problem, with the cure.
 */
export const maskVariables = (text: string) => text.replaceAll(/\$\{([\w.-]*)\}/g, "$$\u{E000}$1\u{E001}");
/** Returns the text as its author wrote it. */
export const unmaskVariables = (text: string) =>
  !hasMaskedVariables(text) ? text : text.replaceAll(/\$\u{E000}([\w.-]*)\u{E001}/gu, "$${$1}");
/** Tells whether a text holds exchanged characters. */
export const hasMaskedVariables = (text: string) => text.includes("$\u{E000}");
