/** Tells whether a run is limited to other resources than this one, as the embedded engine tells it in SLUICE_TARGETS. */
export function isUntargeted(urn: string, { SLUICE_TARGETS: targets }: NodeJS.ProcessEnv): boolean {
  return targets !== undefined && !(JSON.parse(targets) as string[]).includes(urn);
}
