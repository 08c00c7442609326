import { describe, test } from "vitest";
import { inProcess } from "./in-process/launcher.ts";
import { replay } from "./replay.ts";
import { endsProcess, scenariosWhere } from "./scenario.ts";

describe("Where engine, provider or program end, the embedded engine goes on as the Pulumi CLI was recorded to do", () => {
  test.each(scenariosWhere(({ steps }) => steps.some(endsProcess)))("%s", (name) => replay(name, inProcess));
});
