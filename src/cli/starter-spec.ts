import { CommandError, Exit } from "./exit.ts";

/** Returns the accounts of `--accounts`: `name=111122223333` or an id alone, with commas between them. */
export function accountsTyped(list: string): [name: string, id: string][] {
  return parts(list).map((part) => {
    const [name = "", id = name] = part.split("=", 2);
    const digits = id.replaceAll("-", "");
    if (!/^\d{12}$/.test(digits))
      throw new CommandError(Exit.wrong, `"${part}" is no account: write 111122223333, or name=111122223333.`);
    return [name === id ? `account-${digits}` : name, digits];
  });
}

/** Returns the Regions of `--regions`. */
export function regionsTyped(list: string): string[] {
  return parts(list).map((region) => {
    if (!/^[a-z]{2,4}-[a-z0-9-]+-\d{1,2}$/.test(region))
      throw new CommandError(Exit.wrong, `"${region}" is no Region; Regions look like us-east-1.`);
    return region;
  });
}

/** Returns a spec for those accounts and Regions: Inventory of every managed node into one bucket. */
export function specFor(
  accounts: readonly (readonly [name: string, id: string])[],
  regions: readonly string[],
): string {
  const listed = accounts.map(([name, id]) => `  ${name}: "${id}"\n`).join("");
  return `# yaml-language-server: $schema=./node_modules/sluice/sluice.schema.json
version: 1

# The role to assume in each account. Without it, the ambient credentials must be the account's own.
role: arn:\${partition}:iam::\${account.id}:role/Sluice

# A plan that deletes or replaces more than this is shown, and not applied.
guards: { deletes: 10%, replaces: 10% }

accounts:
${listed}
targets:
  fleet: { accounts: all, regions: [${regions.join(", ")}] }

syncs:
  # Inventory of every managed node, into one bucket.
  inventory:
    targets: fleet
    destination: { bucket: ${`inventory-${accounts[0]?.[1] ?? "111122223333"}`}, region: ${regions[0] ?? "us-east-1"}, prefix: "\${account.id}" }
`;
}

const parts = (list: string) => list.split(",").flatMap((part) => part.trim() || []);
