import type { Account, SpecFinding, Path, Spec } from "../spec/index.ts";
import { isGlob, matcherOf, nameOf, regionsMatching } from "../spec/index.ts";
import type { Candidate, ExcludedTarget, ResolvedSelection } from "./candidate.ts";
import type { Lookups, OrganizationAccount } from "./lookups.ts";

/** The codes of what stays open offline, and how to know it. */
const unresolved = {
  "needs-organization":
    "`sluice expand --online` asks AWS Organizations; `sluice organization record` writes down what it says, for use offline.",
  "needs-caller": "`sluice expand --online` asks AWS, or set AWS_ACCOUNT_ID and AWS_REGION.",
};

/** Returns whether a problem is only that something was not looked up. */
export const isUnresolved = ({ code }: { code: string }): boolean => code in unresolved;

/** A selection being resolved: first what adds to it, then what is left out. */
export class SelectionResolver implements ResolvedSelection {
  readonly findings: SpecFinding[] = [];
  readonly open: ResolvedSelection["open"] = new Set();
  readonly leftOut: ExcludedTarget[] = [];
  readonly regionsOf = new Map<string, { regions: ReadonlySet<string>; path: Path }>();
  readonly #accounts = new Map<string, Candidate>();
  readonly #regions = new Map<string, Candidate>();
  readonly #spec: Spec;
  /** The spec's accounts by name and by id. */
  readonly #known: ReadonlyMap<string, Account>;
  readonly #lookups: Lookups;

  constructor(spec: Spec, lookups: Lookups) {
    this.#spec = spec;
    this.#known = accountsByNameAndId(spec);
    this.#lookups = lookups;
  }

  get accounts(): Candidate[] {
    return [...this.#accounts.values()];
  }

  get regions(): Candidate[] {
    return [...this.#regions.values()];
  }

  addAccount(reference: string, path: Path): void {
    const named = this.#known.get(reference);
    if (named === undefined && isGlob(reference)) {
      for (const account of this.#spec.accounts.filter(({ name }) => matcherOf(reference)(name)))
        this.#add(account.id, path);
    } else if (/^\d{12}$/.test(named?.id ?? reference)) {
      this.#add(named?.id ?? reference, path);
    } else {
      this.open.add("accounts");
    }
  }

  async addUnit(unit: string, nested: boolean, path: Path): Promise<void> {
    for (const { id, name } of await this.#accountsUnder(unit, nested, path, "accounts")) this.#add(id, path, { name });
  }

  async addCaller(path: Path): Promise<void> {
    const caller = await this.#lookups.caller?.();
    if (caller === undefined) {
      const message = "This is for the caller's own account, which is not known offline; nothing is listed for it.";
      return this.#unresolved(path, "needs-caller", message, "accounts");
    }
    this.#add(caller.account, path, { isCaller: true });
  }

  async addEnvironmentRegion(path: Path): Promise<void> {
    const caller = await this.#lookups.caller?.();
    if (caller?.region !== undefined) return this.addRegion(caller.region, path);
    this.open.add("regions");
    if (caller === undefined) return;
    const message = "Without `targets` this is for the environment's Region, and the environment names none.";
    this.findings.push({
      code: "no-region",
      message,
      path,
      atKey: true,
      fix: "Set AWS_REGION, or `region` in the AWS profile, or add `targets`.",
    });
  }

  addRegion(name: string, path: Path): void {
    if (name === "") this.open.add("regions");
    else for (const region of regionsMatching(name, this.#spec.regionGroups)) put(this.#regions, { id: region }, path);
  }

  /** Adds the Regions that each of the accounts lists as its own. */
  addEnabledRegions(path: Path): void {
    for (const { id, name, excludedBy } of this.accounts) {
      const listed = this.regionsOf.get(id);
      for (const region of listed?.regions ?? []) put(this.#regions, { id: region }, path);
      if (listed !== undefined || excludedBy.length > 0) continue;
      excludedBy.push(path);
      const message = `The Regions that are enabled in ${name ?? id} are not known.`;
      const fix = `List them: \`accounts: { ${name ?? "a-name"}: { id: "${id}", regions: [us-east-1, …] } }\`.`;
      this.findings.push({
        code: "regions-unknown",
        message,
        path,
        fix,
        definition: ["accounts", name ?? id, "regions"],
      });
    }
  }

  /** Leaves out what does not fulfil a condition. */
  keepOnly(isKept: (candidate: Candidate) => boolean, path: Path): void {
    for (const candidate of this.accounts) if (!isKept(candidate)) candidate.excludedBy.push(path);
  }

  excludeAccount(reference: string, path: Path): void {
    const named = this.#known.get(reference);
    const matches = isGlob(reference) && named === undefined ? matcherOf(reference) : undefined;
    const found = this.accounts.filter(
      ({ id, name }) => id === reference || name === reference || id === named?.id || (name && matches?.(name)),
    );
    for (const { excludedBy } of found) excludedBy.push(path);
    if (found.length > 0 || this.open.size > 0 || reference === "") return;
    if (matches || /^\d+$/.test(reference) || named) return this.#effectless(`the account ${reference}`, path);
    const message = `No account to leave out is named "${reference}": neither in \`accounts\` nor in the units selected here.`;
    const fix = "Correct the name, or write the account's id in quotes.";
    this.findings.push({ code: "unknown-account", message, path, fix, definition: ["accounts", reference] });
  }

  async excludeUnit(unit: string, path: Path): Promise<void> {
    const accounts = new Set((await this.#accountsUnder(unit, true, path, "exclusions")).map(({ id }) => id));
    for (const { id, excludedBy } of this.accounts) if (accounts.has(id)) excludedBy.push(path);
  }

  excludeRegion(name: string, path: Path): void {
    const found = regionsMatching(name, this.#spec.regionGroups).flatMap((region) => this.#regions.get(region) ?? []);
    for (const { excludedBy } of found) excludedBy.push(path);
    if (found.length === 0 && name !== "" && !this.open.has("regions")) this.#effectless(`the Region ${name}`, path);
  }

  excludeTarget(target: string, path: Path): void {
    const [reference = "", region = ""] = target.split("/");
    const account = this.#known.get(reference)?.id ?? reference;
    if (this.#accounts.has(account) && this.#regions.has(region)) this.leftOut.push({ account, region, path });
    else if (target !== "" && this.open.size === 0) this.#effectless(target, path);
  }

  #effectless(what: string, path: Path): void {
    const message = `Leaving out ${what} has no effect: nothing here selects it.`;
    const fix = "Correct it, or remove it.";
    this.findings.push({ code: "no-effect", severity: "warning", message, path, fix });
  }

  async #accountsUnder(
    unit: string,
    nested: boolean,
    path: Path,
    open: "accounts" | "exclusions",
  ): Promise<OrganizationAccount[]> {
    if (unit === "") return [];
    if (this.#lookups.organization === undefined) {
      const effect = open === "accounts" ? "none is listed for it" : "none is left out for it";
      const message = `Which accounts are in ${unit} is not known offline; ${effect}.`;
      this.#unresolved(path, "needs-organization", message, open);
      return [];
    }
    const accounts = await this.#lookups.organization.accountsUnder(unit, nested);
    if (accounts !== undefined) return accounts;
    this.open.add(open);
    const message = `The organization has no unit ${unit}${/^(ou|r)-/.test(unit) ? "" : ", or several of that name"}.`;
    const fix = "`aws organizations list-organizational-units-for-parent` prints the ids.";
    this.findings.push({ code: "unknown-organizational-unit", message, path, fix });
    return [];
  }

  #unresolved(path: Path, code: keyof typeof unresolved, message: string, open: "accounts" | "exclusions"): void {
    this.open.add(open);
    this.findings.push({ code, severity: "warning", message, path, fix: unresolved[code] });
  }

  #add(id: string, path: Path, more: Partial<Candidate> = {}): void {
    const named = this.#known.get(id);
    // What is wrong with an account is told where it stands; which it is, or which Regions it has, is not known.
    if (!/^\d{12}$/.test(id) || (named && this.#spec.broken.has(nameOf([...named.path, "regions"])))) {
      this.open.add("accounts");
      return;
    }
    const candidate = put(this.#accounts, { id, named, ...more, name: named?.name ?? more.name }, path);
    if (named?.enabled === false && candidate.excludedBy.length === 0)
      candidate.excludedBy.push([...named.path, "enabled"]);
    if (named?.regions === undefined || this.regionsOf.has(id)) return;
    const regions = new Set(named.regions.flatMap((name) => regionsMatching(name, this.#spec.regionGroups)));
    this.regionsOf.set(id, { regions, path: [...named.path, "regions"] });
  }
}

function put(
  candidates: Map<string, Candidate>,
  candidate: Pick<Candidate, "id"> & Partial<Candidate>,
  because: Path,
): Candidate {
  const known = candidates.get(candidate.id);
  if (known) {
    if (!known.because.includes(because)) known.because.push(because);
    return known;
  }
  const added = { isCaller: false, ...candidate, because: [because], excludedBy: [] };
  candidates.set(candidate.id, added);
  return added;
}

/** The spec's accounts by name and by id, listed once for all of its selections. */
function accountsByNameAndId(spec: Spec): ReadonlyMap<string, Account> {
  const listed = byNameAndId.get(spec.accounts);
  if (listed !== undefined) return listed;
  const accounts = new Map(
    spec.accounts.flatMap((account) => [
      [account.id, account],
      [account.name, account],
    ]),
  );
  byNameAndId.set(spec.accounts, accounts);
  return accounts;
}

const byNameAndId = new WeakMap<readonly Account[], ReadonlyMap<string, Account>>();
