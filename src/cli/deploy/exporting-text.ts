import type { Exporting, HalfDone } from "./exporting.ts";

/** Says that nobody knows what exports in an account and Region, and how to look. */
export function unverifiedText({ account, region, domain }: Exporting, command: string): string {
  const stateWords = domain === null ? "that nothing does" : domain;
  return (
    `What exports in ${account}/${region} is not known, since AWS did not answer; the state says ${stateWords}. ` +
    `To look: ${howToLook({ account, region }, domain)}. \`${command}\` finishes what was begun.`
  );
}

function howToLook({ account, region }: Pick<Exporting, "account" | "region">, domain: string | null): string {
  const list = domain === null ? `\`aws datazone list-domains --region ${region}\` and ` : "";
  return `${list}\`aws datazone get-data-export-configuration --domain-identifier ${domain ?? "DOMAIN"} --region ${region}\` in account ${account}`;
}

/** Says in a sentence what exports nothing, since when and why, or what exports without being recorded, and both ways on. `command` is what is run again, after what a blocked plan found is mended. */
export function halfDoneText(halfDone: HalfDone, command: string, isBlocked = false): string {
  const { account, region, domain, since, deleted, wanted, uncertain, unrecorded } = halfDone;
  const again = isBlocked ? `Mend what the plan found, then run \`${command}\`` : `Run \`${command}\` again`;
  const back = wanted === deleted ? "" : `, or set the domain back to ${deleted} and plan anew`;
  if (domain === wanted) {
    return (
      `${account}/${region} exports ${domain}, which the state does not know: a call has made it that no run heard the end of, or somebody else has. ` +
      `${again} to finish with ${wanted}${back}; where that is refused because nothing says that this stack made it, \`--adopt\` takes it over.`
    );
  }
  if (domain !== null) {
    const takeOver =
      domain === deleted
        ? ` To keep it, set the domain back to ${deleted} and run \`${command}\` with \`--adopt\`.`
        : "";
    return (
      `${account}/${region} exports ${domain}, by a configuration that the state does not know: somebody else has made it, who may still need it, and it was not deleted. ` +
      `While it is there, ${wanted} cannot export. If it is not needed, delete it (\`aws datazone delete-data-export-configuration --domain-identifier ${domain} --region ${region}\` ` +
      `in account ${account}) and run \`${command}\` again.${takeOver}`
    );
  }
  const when = since === undefined ? "" : ` since ${since.slice(0, 16).replace("T", " ")} UTC`;
  const whose = unrecorded ? " by somebody else, or by a call that no run heard the end of" : " by an earlier run";
  const by = since === undefined ? whose : "";
  const qualifier = uncertain ? ", as far as is known" : "";
  const table = tableText(halfDone);
  const look = uncertain ? ` To look: ${howToLook({ account, region }, wanted)}.` : "";
  return (
    `${account}/${region} exports nothing${when}${qualifier} (${deleted}'s configuration was deleted${by}).${table}${look} ` +
    `${again} to finish with ${wanted}${back}.`
  );
}

/** Says what became of the table of the domain whose configuration was deleted; empty where nobody has asked. */
function tableText({ backup, left, tableArn }: HalfDone): string {
  if (backup !== undefined) return ` Its table was dropped with a verified backup: ${backup}.`;
  if (left === undefined) return "";
  const copy = left.copy === undefined ? "" : `; the record beside the backups names its copy: ${left.copy}`;
  if (left.arn === null) return ` Its table is gone${copy}.`;
  if (tableArn !== undefined && tableArn !== left.arn) return ` Another table than its own lies there (${left.arn}).`;
  return ` Its table is still there (${left.arn})${copy}.`;
}
