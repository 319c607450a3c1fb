/** Which categories there must be on every server, and whose are those below another. Source: qBitrr. */

import {mayBeInCategory} from '#model/torrent.ts'

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
  const isMine = (name: string) => mine.some((category) => mayBeInCategory(name, category))
  const isBelow = (name: string) => mine.some((category) => mayBeInCategory(name, category, true))
  return all.filter((name) => !isMine(name) && isBelow(name))
}

function withParents(name: string): readonly string[] {
  const steps = name.split('/').filter((step) => step !== '')
  return steps.map((_step, at) => steps.slice(0, at + 1).join('/'))
}
