import { healthStates } from "./health.ts";
import type { Health } from "./health.ts";
import type { Status } from "./status.ts";

/**
 * Returns the status as OpenMetrics text.
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function statusMetrics({ entries }: Status): string {
  const states = entries.flatMap((entry) =>
    healthStates.map((state) => `sluice_health${labels(entry, state)} ${entry.state === state ? 1 : 0}`),
  );
  const ages = entries.flatMap((entry) =>
    entry.age === undefined ? [] : `sluice_data_age_seconds${labels(entry)} ${entry.age}`,
  );
  const budgets = entries.map((entry) => `sluice_data_age_limit_seconds${labels(entry)} ${entry.freshness * 3600}`);
  return `${[
    "# TYPE sluice_health stateset",
    "# HELP sluice_health How a sync, an export or the backups of its table are in an account and Region.",
    ...states,
    "# TYPE sluice_data_age_seconds gauge",
    "# UNIT sluice_data_age_seconds seconds",
    "# HELP sluice_data_age_seconds Age of the newest data.",
    ...ages,
    "# TYPE sluice_data_age_limit_seconds gauge",
    "# UNIT sluice_data_age_limit_seconds seconds",
    "# HELP sluice_data_age_limit_seconds How old the newest data may be.",
    ...budgets,
    "# EOF",
  ].join("\n")}\n`;
}

function labels({ kind, name, account, region }: Health, state?: string): string {
  const pairs = { kind, name, account, region, ...(state !== undefined && { sluice_health: state }) };
  const written = Object.entries(pairs).map(([label, value]) => `${label}="${escaped(value)}"`);
  return `{${written.join(",")}}`;
}

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
