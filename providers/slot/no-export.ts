import { targetName } from "../../src/aws/index.ts";

/**
 * Says that no domain exports in an account and Region now, and the ways on and back.
 * @param isSwitch whether another domain or encryption was there before, to which the spec can go back
 */
export function noExportText(target: { account: string; region: string }, isSwitch: boolean): string {
  return `No domain exports in ${targetName(target)} now. ${waysText(isSwitch)}`;
}

/** Says how a switch that stopped half way goes on and back. */
export function waysText(isSwitch: boolean): string {
  const back = isSwitch ? ", or set the domain back and run it to return to what was" : "";
  return `Run it again to go on${back}.`;
}
