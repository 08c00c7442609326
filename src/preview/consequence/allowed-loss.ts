import type { LossAllowance } from "../../resources/index.ts";
import { isSameAllowance } from "../../resources/kinds.ts";

/**
 * Returns why the loss of a table's rows is allowed: the reason of whatever names the domain whose rows they are, or the table's ARN. A
 * table whose ARN the stack has not recorded is taken to be the one that an ARN names; the provider knows it when it comes to it.
 */
export function lossAllowanceReason(
  allowances: readonly LossAllowance[] | undefined,
  owner: string | undefined,
  tableArn: string | undefined,
): string | undefined {
  if (!Array.isArray(allowances)) return undefined;
  const names = ({ of }: LossAllowance) =>
    of === owner || (tableArn === undefined ? String(of).startsWith("arn:") : of === tableArn);
  return allowances.find(names)?.reason;
}

/**
 * Returns the inputs with the allowances alone that may count: none that an earlier loss has used, and of a table that the stack met and has not
 * made none but by its ARN, as the state tells both.
 */
export function withUsableAllowances(
  inputs: Record<string, unknown>,
  outputs: Record<string, unknown> = {},
): Record<string, unknown> {
  const { allowLoss } = inputs;
  if (!Array.isArray(allowLoss)) return inputs;
  const { __allowancesSpent: usedAllowances, __tablesMet: foreignTables, tableArn } = outputs;
  const used = Array.isArray(usedAllowances) ? (usedAllowances as LossAllowance[]) : [];
  const isForeign = Array.isArray(foreignTables) && foreignTables.includes(tableArn);
  const counts = (allowance: LossAllowance) =>
    !used.some((one) => isSameAllowance(one, allowance)) && (!isForeign || String(allowance.of).startsWith("arn:"));
  return { ...inputs, allowLoss: (allowLoss as LossAllowance[]).filter(counts) };
}
