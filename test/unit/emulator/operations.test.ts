import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadService, serviceNames } from "../../../src/emulator/services/index.ts";
import type { ServiceName } from "../../../src/emulator/world/handler.ts";

const text = readFileSync(new URL("../../../src/emulator/operations.md", import.meta.url), "utf8");
const rows = [...text.matchAll(/^\| (\w+) \| ([\w ]+) \| (.+) \|$/gm)]
  .map(([, service, operations, who]) => ({ service: service!, operations: operations!.split(" "), who: who! }))
  .filter(({ service }) => service !== "service");

const root = `${import.meta.dirname}/../../..`;
const sources = (patterns: string[], without = /^$/) =>
  globSync(patterns, { cwd: root })
    .filter((file) => !without.test(file))
    .map((file) => readFileSync(`${root}/${file}`, "utf8"))
    .join("\n");

/** Where a call of each kind of user would stand. */
const users: Record<string, string> = {
  product: sources(["src/**/*.ts", "providers/**/*.ts"], /^src\/(emulator|cli\/demo)\//),
  demo: sources(["src/cli/demo/**/*.ts", "src/cli/commands/demo.ts"]),
  README: sources(["README.md"]),
  "a test": sources(["test/**/*.ts"], /^test\/unit\/emulator/),
};

describe("the table of who needs each operation", () => {
  it.each(serviceNames())("has every operation of %s that the emulator implements, and no other", async (service) => {
    const { handlers } = await loadService(service as ServiceName);
    const listed = rows.filter((row) => row.service === service).flatMap(({ operations }) => operations);
    expect(listed.toSorted()).toEqual([...handlers.keys()].toSorted());
  });

  it.each(rows.flatMap(({ operations, who }) => operations.map((operation): [string, string] => [operation, who])))(
    "is right about %s: %s",
    (operation, who) => {
      if (who.startsWith("outside: ")) return;
      expect(users[who]).toMatch(
        new RegExp(who === "README" ? operation : `\\b(${operation}Command|paginate${operation})\\b`),
      );
    },
  );
});
