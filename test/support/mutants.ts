/**
 * JSON documents that differ from one in a single value: changed, lost, or with one more beside it. Numbers are changed in the text, so that
 * no double rounds them.
 */
export function* mutantsOf(document: string): Generator<{ path: string; text: string }> {
  const value = JSON.parse(
    document.replace(/(?<=[[:,]\s*)-?\d+(?=\s*[,}\]])/g, (number) => `"number:${number}"`),
  ) as unknown;
  const print = (mutant: unknown) => JSON.stringify(mutant, undefined, 2).replace(/"number:(-?\d+)"/g, "$1");
  for (const { path, mutant } of changes(value, "")) yield { path, text: print(mutant) };
}

function* changes(value: unknown, path: string): Generator<{ path: string; mutant: unknown }> {
  if (typeof value === "string") {
    const number = /^number:(-?\d+)$/.exec(value)?.[1];
    yield { path, mutant: number === undefined ? `${value}x` : `number:${BigInt(number) + 1n}` };
  } else if (typeof value === "boolean") yield { path, mutant: !value };
  else if (Array.isArray(value)) {
    yield { path: `${path} with one more`, mutant: [...value, value[0] ?? "more"] };
    for (const [index, item] of value.entries()) {
      yield { path: `${path} without ${index}`, mutant: value.toSpliced(index, 1) };
      for (const change of changes(item, `${path}[${index}]`)) {
        yield { path: change.path, mutant: value.with(index, change.mutant) };
      }
    }
  } else if (value && typeof value === "object") {
    yield { path: `${path} with one more`, mutant: { ...value, more: true } };
    for (const [key, item] of Object.entries(value)) {
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      yield { path: `${path} without ${key}`, mutant: rest };
      for (const change of changes(item, `${path}.${key}`)) {
        yield { path: change.path, mutant: { ...value, [key]: change.mutant } };
      }
    }
  }
}
