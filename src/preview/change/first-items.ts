/** Returns at most `limit` items, and how many more there are. */
export function firstItems<T>(items: readonly T[], limit: number): { shown: readonly T[]; more: number } {
  return items.length <= limit
    ? { shown: items, more: 0 }
    : { shown: items.slice(0, limit), more: items.length - limit };
}
