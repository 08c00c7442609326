/** How the ids of one kind of resource are made of its settings. */
export interface IdForm {
  /** As people write it, `account/region/domain`. */
  text: string;
  /** Matches an id; its groups are named after the settings that they hold. */
  pattern: RegExp;
  /** Settings that an id does not tell and that a read needs. */
  assumed?: Record<string, unknown>;
}

/** The resource that a read is about, as far as it is told. */
export interface ResourceToRead {
  settings: Record<string, unknown>;
  /** Whether they are what was recorded of a resource; otherwise nothing is managed here, and the id tells most of them. */
  isRecorded: boolean;
}

/**
 * Returns the resource that a read is about, by its id and the properties that come with it.
 * @throws when neither tells which resource is meant, with the form that an id should have
 */
export function resourceToRead(
  id: string,
  properties: Record<string, unknown>,
  { text, pattern, assumed }: IdForm,
): ResourceToRead {
  const groups = pattern.exec(id)?.groups;
  const isRecorded = Object.keys(groups ?? { account: id }).every((name) => name in properties);
  if (isRecorded) return { settings: properties, isRecorded };
  if (!groups) throw new Error(`"${id}" is not the id of such a resource. Its form is ${text}.`);
  return { settings: { ...groups, ...assumed, ...properties }, isRecorded };
}
