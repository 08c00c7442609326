import type { CommandModule } from "./command.ts";
import { examples } from "./examples.ts";

interface Entry {
  name: string;
  summary: string;
  load(): Promise<CommandModule>;
}

/**
 * Every command, in the order of the help: `{ name, summary, load: () => import("./commands/NAME.ts") }`.
 * Only the one that was typed is loaded, so `check` starts without AWS or Pulumi.
 */
export const commands: Entry[] = [
  { name: "demo", summary: "tell the whole story on an emulator of AWS", load: () => import("./commands/demo.ts") },
  { name: "init", summary: "write a project to start from", load: () => import("./commands/init.ts") },
  { name: "check", summary: "show every problem of the spec", load: () => import("./commands/check.ts") },
  {
    name: "expand",
    summary: "list each resource that the spec stands for",
    load: () => import("./commands/expand.ts"),
  },
  {
    name: "explain",
    summary: "say why an account and Region is in or out",
    load: () => import("./commands/explain.ts"),
  },
  { name: "schema", summary: "print the spec's JSON Schema", load: () => import("./commands/schema.ts") },
  { name: "fmt", summary: "lay the spec out", load: () => import("./commands/fmt.ts") },
  {
    name: "organization",
    summary: "write down the organization's units and accounts",
    load: () => import("./commands/organization.ts"),
  },
  { name: "preview", summary: "show what up would do", load: () => import("./commands/preview.ts") },
  { name: "up", summary: "make it so", load: () => import("./commands/up.ts") },
  { name: "refresh", summary: "read everything back from AWS", load: () => import("./commands/refresh.ts") },
  {
    name: "drift",
    summary: "show what was changed behind the stack's back",
    load: () => import("./commands/drift.ts"),
  },
  { name: "destroy", summary: "remove everything that the stack made", load: () => import("./commands/destroy.ts") },
  {
    name: "switch",
    summary: "write a switch of domains, or the way back, into the spec",
    load: () => import("./commands/switch.ts"),
  },
  {
    name: "history",
    summary: "show the days that backups and tables have, and make one table of them",
    load: () => import("./commands/history.ts"),
  },
  {
    name: "discover",
    summary: "show which syncs and exports exist, and whose they are",
    load: () => import("./commands/discover.ts"),
  },
  { name: "adopt", summary: "write a spec for what exists already", load: () => import("./commands/adopt.ts") },
  { name: "status", summary: "show how what is deployed is, now", load: () => import("./commands/status.ts") },
  {
    name: "policies",
    summary: "print the IAM, bucket and key policies that the spec needs",
    load: () => import("./commands/policies.ts"),
  },
  {
    name: "render",
    summary: "turn a plan's JSON into Markdown, text or HTML",
    load: () => import("./commands/render.ts"),
  },
  {
    name: "comment",
    summary: "tell a plan, or how a run ended, on its pull request",
    load: () => import("./commands/comment.ts"),
  },
  {
    name: "backup",
    summary: "copy the exported table or any other, by hand",
    load: () => import("./commands/backup.ts"),
  },
  { name: "verify", summary: "hold a backup against its receipt", load: () => import("./commands/verify.ts") },
  { name: "restore", summary: "make a table out of a backup", load: () => import("./commands/restore.ts") },
  {
    name: "probe",
    summary: "tell in a sandbox account what AWS does where it documents nothing",
    load: () => import("./commands/probe.ts"),
  },
  { name: "emulator", summary: "run the AWS services on loopback", load: () => import("./commands/emulator.ts") },
  {
    name: "engine",
    summary: "run the embedded engine on any Node Pulumi project with dynamic resources",
    load: () => import("./commands/engine.ts"),
  },
  {
    name: "completion",
    summary: "print the script that completes commands in a shell",
    load: async () => (await import("./commands/completion.ts")).completionOf(commands),
  },
  {
    name: "manual",
    summary: "print the manual, a page for man",
    load: async () => (await import("./commands/manual.ts")).manualOf(commands, examples),
  },
];
