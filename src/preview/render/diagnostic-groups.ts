import type { styleText } from "node:util";
import { visible } from "../../spec/index.ts";
import type { PlanDiagnostic } from "../change/diagnostics.ts";
import { firstItems } from "../change/first-items.ts";

/** Diagnostics that one cure is for. */
interface DiagnosticGroup {
  severity: PlanDiagnostic["severity"];
  /** The first line of each, with the resource that it is about; of many only the first dozen. */
  heads: { source?: PlanDiagnostic["source"]; text: string }[];
  /** What is told once: how many more there are, the cure, and the accounts that it is for as well. */
  rest: string[];
}

/** Groups diagnostics as people read them: in a fleet one missing policy fails in every target, and its cure is told once. */
export function groupDiagnostics(diagnostics: readonly PlanDiagnostic[]): DiagnosticGroup[] {
  return [...Map.groupBy(diagnostics, groupingKey).values()].map((members) => {
    const [first] = members as [PlanDiagnostic];
    const cure = cureOf(first);
    const account = accountOf(first);
    const alike = new Set(account && cure.includes(account) ? members.flatMap((one) => accountOf(one) ?? []) : []);
    alike.delete(account ?? "");
    const common = commonHead(members);
    const heads = firstItems(common === undefined ? members.map(headOf) : [{ text: common }], most);
    const rest = [
      ...(heads.more > 0 ? [`and ${heads.more} more like these`] : []),
      ...(common === undefined ? [] : inTargets(members)),
      ...(cure ? cure.split("\n") : []),
      ...sameFor([...alike]),
    ];
    return { severity: first.severity, heads: [...heads.shown], rest };
  });
}

/** Returns diagnostics as lines for a terminal or a log. */
export function diagnosticLines(
  diagnostics: readonly PlanDiagnostic[],
  paint: (style: Parameters<typeof styleText>[0], text: string) => string,
): string[] {
  return groupDiagnostics(diagnostics).flatMap(({ severity, heads, rest }) => [
    ...heads.map((head) => `${paint(styles[severity], severity)}  ${visible(withPlace(head))}`),
    ...rest.map((line) => `       ${visible(line)}`),
  ]);
}

/** Returns what is told with its line of the spec before it, as plain text. */
export const withPlace = ({ source, text }: { source?: PlanDiagnostic["source"]; text: string }): string =>
  `${source ? `${source.file}:${source.line}  ` : ""}${text}`;

const most = 12;

const styles = { error: "red", warning: "yellow", info: "dim" } as const;

/** Equal for diagnostics whose cures differ in nothing but the account's id; what has no cure stands alone. */
function groupingKey(diagnostic: PlanDiagnostic): string {
  const { severity, message, name } = diagnostic;
  const cure = cureOf(diagnostic);
  const account = accountOf(diagnostic);
  return JSON.stringify(cure ? [severity, withoutAccount(cure, account)] : [severity, message, name]);
}

/** The first line of many that say the same, but for the account's id, and none of them which resource it is about: credentials do. */
function commonHead(members: readonly PlanDiagnostic[]): string | undefined {
  const [first] = members as [PlanDiagnostic];
  const patterns = new Set(members.map((one) => withoutAccount(headLine(one), accountOf(one))));
  const about = members.some(({ name, message }) => name === undefined || isNamed(name, message));
  return members.length > 1 && patterns.size === 1 && !about ? headLine(first) : undefined;
}

function inTargets(members: readonly PlanDiagnostic[]): string[] {
  const places = members.map(({ name = "" }) => /^\d{12}\/[^/]+/.exec(name)?.[0] ?? name);
  const { shown, more } = firstItems([...new Set(places)], most);
  return [`in ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`];
}

const headLine = ({ message }: PlanDiagnostic): string => message.split("\n")[0]!;

const withoutAccount = (text: string, account: string | undefined): string =>
  account === undefined ? text : text.replaceAll(account, "");

function sameFor(accounts: readonly string[]): string[] {
  const { shown, more } = firstItems(accounts, most);
  const rest = more > 0 ? ` and ${more} more` : "";
  return shown.length > 0 ? [`The same for ${shown.join(", ")}${rest}, each with its own id.`] : [];
}

/** What follows the first line. */
const cureOf = ({ message }: PlanDiagnostic): string => message.split("\n").slice(1).join("\n");

const accountOf = ({ name }: PlanDiagnostic): string | undefined => /^\d{12}(?=\/)/.exec(name ?? "")?.[0];

function headOf({ message, name, source }: PlanDiagnostic): DiagnosticGroup["heads"][number] {
  const [head = ""] = message.split("\n");
  return { source, text: !name || isNamed(name, message) ? head : `${name}: ${head}` };
}

/** Whether a message tells which resource it is about: by its name, or by its place and the sync's own name. */
function isNamed(name: string, message: string): boolean {
  const [, place = name, sync = ""] = /^(\d{12}\/[^/]+)\/(.+)$/.exec(name) ?? [];
  return message.includes(place) && message.includes(sync);
}
