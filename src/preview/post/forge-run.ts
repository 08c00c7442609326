import { azureRun } from "./azure-devops.ts";
import { bitbucketRun } from "./bitbucket.ts";
import type { ForgeRun } from "./forge.ts";
import { giteaRun } from "./gitea.ts";
import { githubRun } from "./github.ts";
import { gitlabRun } from "./gitlab.ts";

/** Lists the forges that a comment can be posted to. */
export const forgeNames = ["github", "gitlab", "bitbucket", "azure", "gitea"] as const;
/** The name of one. */
export type ForgeName = (typeof forgeNames)[number];

const runs: Record<ForgeName, (env: NodeJS.ProcessEnv) => ForgeRun> = {
  github: githubRun,
  gitlab: gitlabRun,
  bitbucket: bitbucketRun,
  azure: azureRun,
  gitea: giteaRun,
};

/** Reads what the pipeline tells of the run: of the forge that is named, or of the one whose variables are set. */
export const forgeRunIn = (env: NodeJS.ProcessEnv, name: ForgeName = forgeIn(env)): ForgeRun => runs[name](env);

function forgeIn(env: NodeJS.ProcessEnv): ForgeName {
  if (env["GITLAB_CI"]) return "gitlab";
  if (env["BITBUCKET_BUILD_NUMBER"]) return "bitbucket";
  if (env["TF_BUILD"]) return "azure";
  return env["GITEA_ACTIONS"] || env["FORGEJO_ACTIONS"] ? "gitea" : "github";
}
