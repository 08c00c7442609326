/**
 * Between `{` and `}` YAML takes the braces of an unquoted `${region}` for its own. They are exchanged, at equal length, for two
 * characters that mean nothing, and back: so a text that is not YAML without quotes is one problem, with the cure.
 */
export const shielded = (text: string) => text.replaceAll(/\$\{([\w.-]*)\}/g, "$$\u{E000}$1\u{E001}");
/** Returns the text as its author wrote it. */
export const unshielded = (text: string) =>
  !isShielded(text) ? text : text.replaceAll(/\$\u{E000}([\w.-]*)\u{E001}/gu, "$${$1}");
/** Returns whether a text holds exchanged characters. */
export const isShielded = (text: string) => text.includes("$\u{E000}");
