import {
  GetDataCatalogExportConfigurationOutput$,
  PutDataCatalogExportConfigurationInput$,
} from "@aws-sdk/client-glue";
import { expect, it } from "vitest";

// Where this fails, src/aws/glue-export-command.ts can go: the SDK's own command does what it does.
it("the SDK's own command for Glue's export still has the first model, without Assets", () => {
  expect(GetDataCatalogExportConfigurationOutput$[4]).not.toContain("Assets");
  expect(PutDataCatalogExportConfigurationInput$[4]).not.toContain("Assets");
});
