/** The list of ids with one of them a place further; at the end it stays. */
export function stepped(ids: readonly string[], id: string, step: -1 | 1): readonly string[] {
  const at = ids.indexOf(id)
  const to = at + step
  if (at === -1 || to < 0 || to >= ids.length) return ids
  return ids.with(at, ids[to]!).with(to, id)
}
