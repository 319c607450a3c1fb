/** Which groups are folded: kept while the page's tab lives, for each view and grouping by itself. */
import {Signal} from '../../../live/signal.ts'

const KEPT_AS = 'commodarr.folded'

type Folded = Readonly<Record<string, readonly string[]>>

class FoldedGroups {
  readonly changes = new Signal()
  #folded: Folded = kept()

  of(list: string): ReadonlySet<string> {
    return new Set(this.#folded[list])
  }

  set(list: string, group: string, isFolded: boolean): void {
    const others = (this.#folded[list] ?? []).filter((it) => it !== group)
    this.#folded = {...this.#folded, [list]: isFolded ? [...others, group] : others}
    keep(this.#folded)
    this.changes.tell()
  }
}

/** A browser that keeps nothing forgets it with the page. */
function kept(): Folded {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT_AS) ?? '{}') as Folded
  } catch {
    return {}
  }
}

function keep(folded: Folded): void {
  try {
    sessionStorage.setItem(KEPT_AS, JSON.stringify(folded))
  } catch {
    // Kept in this page alone.
  }
}

export const foldedGroups = new FoldedGroups()
