/** What stands behind the keys that people forget; the rest is told by its type. */
const examples: Readonly<Record<string, string>> = {
  bucket: "the bucket's name, such as acme-inventory",
  region: "such as us-east-1",
  regions: "a list such as [us-east-1]",
  domain: "the domain's id, such as dzd_4abc",
  id: 'such as "111122223333"',
  targets: "the name of a selection, or a selection",
  reason: "why, for those who review it",
};

/** Returns what to do about a key that is not there. */
export function cureOfMissing(key: string, expected: string): string {
  if (key === "version") return "Add `version: 1`; a file that another one includes is checked with that one.";
  return `Add \`${key}:\`, ${examples[key] ?? expected}.`;
}
