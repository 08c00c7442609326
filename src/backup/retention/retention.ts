/** The lengths of time that a retention speaks of, the shortest first. */
export const periods = ["daily", "weekly", "monthly", "yearly"] as const;
type Period = (typeof periods)[number];

/** Of how many days, weeks, months and years, of those that have a copy, the newest one stays. In UTC; weeks begin on Monday. */
export type Retention = Partial<Record<Period, number>>;

/** A finished copy, as far as it decides how long it stays. */
export interface DatedCopy {
  tableArn: string;
  /** Which snapshots it has: the smaller copy never stands for the whole one. */
  history: "all" | "current";
  location: string;
  /** What its receipt says, ISO 8601. */
  verifiedAt: string;
  /** When its receipt was written, by the clock of the store, ISO 8601. */
  signedAt: string;
  /** Why it stays whatever the retention says. */
  needed?: string;
}

/** What becomes of the copies of one table that have the same snapshots, the newest first. */
export interface RetainedSeries<Copy> {
  /** It stays whatever the retention says. */
  newest: Copy;
  /** With what each is kept for. */
  kept: { copy: Copy; reasons: string[] }[];
  expired: Copy[];
}

/**
 * Returns which copies a retention keeps, for each table and each kind of copy by itself. What a receipt says of its time can be anything: a
 * copy goes only where it is kept neither by that, and never later than the store's own clock says, nor by the store's clock alone. So a receipt
 * with a wrong time can keep a copy, and make none go that the store's clock keeps.
 */
export function retentionOf<Copy extends DatedCopy>(
  copies: readonly Copy[],
  retention: Retention,
): RetainedSeries<Copy>[] {
  const series = Map.groupBy(copies, ({ tableArn, history }) => `${history} ${tableArn}`);
  return [...series.values()].map((all) => {
    const sorted = newestFirst(all, signedMs);
    const reasons = new Map<Copy, Set<string>>([[sorted[0]!, new Set(["newest"])]]);
    const keep = (copy: Copy, reason: string) => reasons.set(copy, (reasons.get(copy) ?? new Set()).add(reason));
    for (const copy of sorted) if (copy.needed !== undefined) keep(copy, copy.needed);
    for (const clock of [signedMs, claimedMs]) {
      for (const period of periods) {
        const named = Map.groupBy(newestFirst(all, clock), (copy) => nameOf(period, new Date(clock(copy))));
        for (const [name, [newest]] of [...named].slice(0, retention[period] ?? 0)) keep(newest!, name);
      }
    }
    return {
      newest: sorted[0]!,
      kept: sorted.flatMap((copy) => (reasons.has(copy) ? { copy, reasons: [...reasons.get(copy)!] } : [])),
      expired: sorted.filter((copy) => !reasons.has(copy)),
    };
  });
}

type Clock = (copy: DatedCopy) => number;
const signedMs: Clock = ({ signedAt }) => Date.parse(signedAt);
const claimedMs: Clock = (copy) => Math.min(Date.parse(copy.verifiedAt), signedMs(copy));

function newestFirst<Copy extends DatedCopy>(copies: readonly Copy[], clock: Clock): Copy[] {
  return copies.toSorted((a, b) => clock(b) - clock(a) || (a.location < b.location ? -1 : 1));
}

/** Returns what the period is called in which a time lies: 2026-11-27, week of 2026-11-23, 2026-11, 2026. */
function nameOf(period: Period, time: Date): string {
  const day = time.toISOString().slice(0, 10);
  switch (period) {
    case "daily":
      return day;
    case "weekly": {
      const monday = new Date(time);
      monday.setUTCDate(time.getUTCDate() - ((time.getUTCDay() + 6) % 7));
      return `week of ${monday.toISOString().slice(0, 10)}`;
    }
    case "monthly":
      return day.slice(0, 7);
    default:
      return day.slice(0, 4);
  }
}
