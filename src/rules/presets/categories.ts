/** Which categories there must be on every server, and whose are those below another. Source: qBitrr. */

export interface EnsuredCategory {
  readonly name: string
  /** `null` = where the server puts it by itself. */
  readonly savePath: string | null
}

/**
 * Each with its parents, parents first, each once.
 * @param root `CompletedDownloadFolder` where the server shares that path, else `null`
 */
export function ensuredCategories(names: readonly string[], root: string | null): readonly EnsuredCategory[] {
  const all = new Set(names.flatMap(withParents))
  return [...all].map((name) => ({
    name,
    savePath: root === null ? null : `${root.replace(/\/+$/, '')}/${name}`,
  }))
}

/** Categories of others that lie below mine: the longest owner wins. */
export function exceptBelow(mine: readonly string[], all: readonly string[]): readonly string[] {
  const isMine = new Set(mine)
  const isBelow = (name: string) => mine.some((category) => name.startsWith(`${category}/`))
  return all.filter((name) => !isMine.has(name) && isBelow(name))
}

function withParents(name: string): readonly string[] {
  const steps = name.split('/').filter((step) => step !== '')
  return steps.map((_step, at) => steps.slice(0, at + 1).join('/'))
}
