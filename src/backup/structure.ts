import type { StoredObject } from "./inventory.ts";
import { pathProperties } from "./iceberg/metadata.ts";
import { beside, pathInside } from "./location.ts";
import type { TablePlan } from "./plan.ts";

/** What is wrong in how a copy's metadata hangs together, as sentences; no file but metadata was read for it. */
export function structuralProblems(
  copy: TablePlan,
  root: string,
  metadataLocation: string,
  objects: StoredObject[],
): string[] {
  return [
    ...pathsOutside(copy, root),
    ...miscounts(copy, root, objects),
    ...unlisted(copy, root, metadataLocation, objects),
  ];
}

/** Where a copy differs from the table it was made of, as sentences. */
export function deviations(source: TablePlan, copy: TablePlan, move: (uri: string) => string): string[] {
  const problems: string[] = [];
  const expectSame = (what: string, wanted: unknown[], found: unknown[]) => {
    if (wanted.length !== found.length || wanted.some((value, index) => value !== found[index])) {
      problems.push(`${what} differs from the source: ${wanted.length} expected, ${found.length} found, or others.`);
    }
  };
  // Two spellings of one place, s3:// and s3a://, become one.
  const moved = (uris: Iterable<string>) => [...new Set([...uris].map(move))];
  expectSame("The list of snapshots", idsOf(source), idsOf(copy));
  expectSame("The manifest lists", moved(source.lists.keys()), [...copy.lists.keys()]);
  expectSame("The files", moved(source.files.keys()), [...copy.files.keys()]);
  for (const [uri, rows] of source.lists) {
    const copied = copy.lists.get(move(uri)) ?? [];
    expectSame(
      `Manifest list ${move(uri)}`,
      moved(rows.map((row) => row.path)),
      copied.map((row) => row.path),
    );
  }
  for (const [uri, manifest] of source.manifests) {
    const copied = copy.manifests.get(move(uri))?.entries ?? [];
    const line = (path: string, content: number, records: number) => `${content} ${records} ${path}`;
    expectSame(
      `Manifest ${move(uri)}`,
      manifest.entries.map((entry) => line(move(entry.path), entry.content, entry.records)),
      copied.map((entry) => line(entry.path, entry.content, entry.records)),
    );
  }
  return problems;
}

function pathsOutside({ metadata, lists, manifests, files }: TablePlan, root: string): string[] {
  const references = [...manifests.values()].flatMap((manifest) =>
    manifest.entries.flatMap((entry) => entry.referencedDataFile ?? []),
  );
  const uris = [
    ...pathProperties(metadata),
    ...lists.keys(),
    ...manifests.keys(),
    ...files.keys(),
    ...references,
  ].filter((uri) => uri !== root && pathInside(root, uri) === undefined);
  const problems = [...new Set(uris)].map((uri) => `${uri} lies outside the copy.`);
  if (metadata.location !== root) problems.push(`The metadata gives ${metadata.location} as the table's location.`);
  return problems;
}

function miscounts({ lists, manifests, files }: TablePlan, root: string, objects: StoredObject[]): string[] {
  const problems: string[] = [];
  const sizes = new Map(objects.map((object) => [`${root}/${object.path}`, object.size]));
  for (const row of [...lists.values()].flat()) {
    const size = sizes.get(row.path);
    if (size !== row.length) problems.push(`${row.path} has ${size} bytes, its manifest list says ${row.length}.`);
    const found = manifests.get(row.path)!.entries.length;
    if (row.liveFiles !== undefined && row.liveFiles !== found) {
      problems.push(`${row.path} names ${found} live files, its manifest list says ${row.liveFiles}.`);
    }
  }
  for (const { entries } of manifests.values()) {
    for (const { path, size } of entries) {
      if (size !== sizes.get(path)) problems.push(`${path} has ${sizes.get(path)} bytes, its manifest says ${size}.`);
    }
  }
  for (const { path, size } of files.values()) {
    if (size !== sizes.get(path)) problems.push(`${path} has ${sizes.get(path)} bytes, the metadata says ${size}.`);
  }
  return [...new Set(problems)];
}

function unlisted(copy: TablePlan, root: string, metadataLocation: string, objects: StoredObject[]): string[] {
  const reached = [metadataLocation, ...copy.lists.keys(), ...copy.manifests.keys(), ...copy.files.keys()];
  const unreached = new Set(objects.map((object) => `${root}/${object.path}`));
  unreached.delete(`${root}/${beside.evidence}`);
  const problems: string[] = [];
  for (const uri of reached) if (!unreached.delete(uri)) problems.push(`${uri} is not in ${beside.objects}.`);
  for (const uri of unreached) problems.push(`${uri} was copied, but nothing in the copy's metadata leads to it.`);
  return problems;
}

function idsOf(plan: TablePlan): bigint[] {
  return plan.snapshots.map((snapshot) => snapshot.id);
}
