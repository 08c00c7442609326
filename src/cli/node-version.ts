/** The first Node that has everything this package uses: major and minor version, as `engines` of package.json says. */
const oldest = [22, 18] as const;

/** Returns what to say to people whose Node is too old; `undefined` when it is new enough. */
export function nodeComplaint(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return `error: sluice needs Node ${oldest.join(".")} or later, and this is Node ${version}. Install one from https://nodejs.org.`;
}
