/** Returns what tells whether a run is limited to other resources than one, as the embedded engine tells it in SLUICE_TARGETS; a list too long for that says nothing. */
export function untargetedBy({ SLUICE_TARGETS: list }: NodeJS.ProcessEnv): (urn: string) => boolean {
  if (list === undefined) return () => false;
  const targets = new Set(JSON.parse(list) as string[]);
  return (urn) => !targets.has(urn);
}
