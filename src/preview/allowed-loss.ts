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

/** Returns the inputs without the allowances that earlier losses have used, as the state tells them: each counts once. */
export function withoutUsed(inputs: Record<string, unknown>, used: unknown): Record<string, unknown> {
  const { allowLoss } = inputs;
  if (!Array.isArray(allowLoss) || !Array.isArray(used)) return inputs;
  const isUsed = ({ of, reason }: LossAllowance) =>
    (used as LossAllowance[]).some((one) => one.of === of && one.reason === reason);
  return { ...inputs, allowLoss: (allowLoss as LossAllowance[]).filter((one) => !isUsed(one)) };
}
