/** An account of the organization. */
export interface OrganizationAccount {
  id: string;
  name: string;
}

/** What selectors ask AWS Organizations. */
export interface OrganizationLookup {
  /**
   * Returns every active account in a unit or root, and in the units below it if `nested`; `undefined` when there is no such unit. The unit is
   * an id, a path of names such as `Workloads/Production`, or a name that one unit alone has.
   */
  accountsUnder(unit: string, nested: boolean): Promise<OrganizationAccount[] | undefined>;
}

/** The account that the ambient credentials belong to, and the environment's Region. */
export interface Caller {
  account: string;
  /** `undefined` when the environment names none. */
  region: string | undefined;
}

/** Asks who the caller is. */
export type CallerLookup = () => Promise<Caller>;

/** What can be asked beyond the spec; what is absent stays unresolved. */
export interface Lookups {
  organization?: OrganizationLookup;
  caller?: CallerLookup;
}

/** Returns lookups that ask for each answer once and remember it. */
export function rememberAnswers({ organization, caller }: Lookups): Lookups {
  const units = new Map<string, Promise<OrganizationAccount[] | undefined>>();
  let answer: Promise<Caller> | undefined;
  return {
    organization: organization && {
      accountsUnder(unit, nested) {
        const key = `${nested} ${unit}`;
        const asked = units.get(key) ?? organization.accountsUnder(unit, nested);
        units.set(key, asked);
        return asked;
      },
    },
    caller: caller && (() => (answer ??= caller())),
  };
}
