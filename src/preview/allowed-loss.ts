import type { LossAllowance } from "../resources/index.ts";

/**
 * Returns why the loss of a table's rows is allowed: the reason of whatever names the domain whose rows they are, or the table's ARN. A
 * table whose ARN the stack has not recorded is taken to be the one that an ARN names; the provider knows it when it comes to it.
 */
export function allowedLoss(
  allowances: readonly LossAllowance[] | undefined,
  owner: string | undefined,
  tableArn: string | undefined,
): string | undefined {
  if (!Array.isArray(allowances)) return undefined;
  const names = ({ of }: LossAllowance) =>
    of === owner || (tableArn === undefined ? String(of).startsWith("arn:") : of === tableArn);
  return allowances.find(names)?.reason;
}
