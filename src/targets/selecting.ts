import type { Account, SpecFinding, Path, Spec } from "../spec/index.ts";
import type { Looks, OrganizationAccount } from "./look.ts";
import type { Candidate, Selected } from "./candidate.ts";

/** The codes of what stays open offline, and how to know it. */
const unresolved = {
  "needs-organization": "`sluice expand --online` asks AWS Organizations.",
  "needs-caller": "`sluice expand --online` asks AWS, or set AWS_ACCOUNT_ID and AWS_REGION.",
};

/** Whether a problem is only that something was not looked up. */
export const isUnresolved = ({ code }: { code: string }): boolean => code in unresolved;

/** A selection being resolved: first what adds to it, then what is left out. */
export class Selecting implements Selected {
  readonly findings: SpecFinding[] = [];
  readonly open: Selected["open"] = new Set();
  readonly #accounts = new Map<string, Candidate>();
  readonly #regions = new Map<string, Candidate>();
  /** The spec's accounts by name and by id. */
  readonly #known: Map<string, Account>;
  readonly #looks: Looks;

  constructor(spec: Spec, looks: Looks) {
    this.#known = new Map(
      spec.accounts.flatMap((account) => [
        [account.id, account],
        [account.name, account],
      ]),
    );
    this.#looks = looks;
  }

  get accounts(): Candidate[] {
    return [...this.#accounts.values()];
  }

  get regions(): Candidate[] {
    return [...this.#regions.values()];
  }

  addAccount(reference: string, path: Path): void {
    const named = this.#named(reference);
    const id = named?.id ?? reference;
    if (/^\d{12}$/.test(id)) add(this.#accounts, { id, named, name: named?.name }, path);
    else this.open.add("accounts");
  }

  async addUnit(unit: string, path: Path): Promise<void> {
    for (const { id, name } of await this.#accountsUnder(unit, path, "accounts")) {
      const named = this.#named(id);
      add(this.#accounts, { id, named, name: named?.name ?? name }, path);
    }
  }

  async addCaller(path: Path): Promise<void> {
    const caller = await this.#looks.caller?.();
    if (caller === undefined) {
      const message = "This is for the caller's own account, which is not known offline; nothing is listed for it.";
      return this.#unresolved(path, "needs-caller", message, "accounts");
    }
    const named = this.#named(caller.account);
    add(this.#accounts, { id: caller.account, named, name: named?.name, own: true }, path);
  }

  async addEnvironmentRegion(path: Path): Promise<void> {
    const caller = await this.#looks.caller?.();
    if (caller?.region !== undefined) return this.addRegion(caller.region, path);
    this.open.add("regions");
    if (caller === undefined) return;
    const message = "Without `targets` this is for the environment's Region, and the environment names none.";
    this.findings.push({ code: "no-region", message, path, atKey: true, fix: "Set AWS_REGION, or add `targets`." });
  }

  addRegion(region: string, path: Path): void {
    if (region === "") this.open.add("regions");
    else add(this.#regions, { id: region }, path);
  }

  excludeAccount(reference: string, path: Path): void {
    const matches = this.accounts.filter(
      ({ id, name }) => id === reference || name === reference || id === this.#named(reference)?.id,
    );
    for (const { excludedBy } of matches) excludedBy.push(path);
    if (matches.length > 0 || this.open.size > 0 || /^\d+$/.test(reference) || this.#named(reference)) return;
    const message = `No account to leave out is named "${reference}": neither in \`accounts\` nor in the units selected here.`;
    this.findings.push({
      code: "unknown-account",
      message,
      path,
      fix: "Correct the name, or write the account's id in quotes.",
    });
  }

  async excludeUnit(unit: string, path: Path): Promise<void> {
    const accounts = new Set((await this.#accountsUnder(unit, path, "exclusions")).map(({ id }) => id));
    for (const { id, excludedBy } of this.accounts) if (accounts.has(id)) excludedBy.push(path);
  }

  excludeRegion(region: string, path: Path): void {
    this.#regions.get(region)?.excludedBy.push(path);
  }

  async #accountsUnder(unit: string, path: Path, open: "accounts" | "exclusions"): Promise<OrganizationAccount[]> {
    if (unit === "") return [];
    if (this.#looks.organization === undefined) {
      const effect = open === "accounts" ? "none is listed for it" : "none is left out for it";
      this.#unresolved(
        path,
        "needs-organization",
        `Which accounts are in ${unit} is not known offline; ${effect}.`,
        open,
      );
      return [];
    }
    const accounts = await this.#looks.organization.accountsUnder(unit);
    if (accounts !== undefined) return accounts;
    this.open.add(open);
    const message = `The organization has no unit ${unit}.`;
    const fix = "`aws organizations list-organizational-units-for-parent` prints the ids.";
    this.findings.push({ code: "unknown-organizational-unit", message, path, fix });
    return [];
  }

  #unresolved(path: Path, code: keyof typeof unresolved, message: string, open: "accounts" | "exclusions"): void {
    this.open.add(open);
    this.findings.push({ code, severity: "warning", message, path, fix: unresolved[code] });
  }

  #named(reference: string): Account | undefined {
    return this.#known.get(reference);
  }
}

function add(
  candidates: Map<string, Candidate>,
  candidate: Pick<Candidate, "id"> & Partial<Candidate>,
  because: Path,
): void {
  const known = candidates.get(candidate.id);
  if (known) known.because.push(because);
  else candidates.set(candidate.id, { own: false, ...candidate, because: [because], excludedBy: [] });
}
