/** Which parts of the overview somebody sees, in which order, and which of them stand side by side. Pure. */
import type {Preferences} from '../../api/preferences.ts'

/** In their usual order. */
export const sectionIds = [
  'needs',
  'today',
  'tiles',
  'servers',
  'trackers',
  'distribution',
  'arrived',
] as const
export type SectionId = (typeof sectionIds)[number]

export interface Section {
  readonly id: SectionId
  readonly isHidden: boolean
}

type Kept = Preferences['overview.sections']

/** All there are: as somebody ordered them, then what came since, or was not known where it was kept. */
export function sectionsOf(kept: Kept): readonly Section[] {
  const known = new Map((kept ?? []).map(({id, hidden = false}) => [id, hidden]))
  const ordered = [...known.keys()].flatMap((id) => sectionIds.find((it) => it === id) ?? [])
  const others = sectionIds.filter((id) => !known.has(id))
  return [...ordered, ...others].map((id) => ({id, isHidden: known.get(id) ?? false}))
}

/** `null` = as usual, also when parts are added later. */
export function keptOf(sections: readonly Section[]): Kept {
  const isUsual = sections.every(({id, isHidden}, at) => !isHidden && id === sectionIds[at])
  return isUsual ? null : sections.map(({id, isHidden}) => ({id, ...(isHidden && {hidden: true})}))
}

/** One place up or down; at the end it stays. */
export function moved(sections: readonly Section[], id: SectionId, by: 1 | -1): readonly Section[] {
  const from = sections.findIndex((it) => it.id === id)
  const to = from + by
  if (from < 0 || to < 0 || to >= sections.length) return sections
  return sections.toSpliced(from, 1).toSpliced(to, 0, sections[from]!)
}

const whole: ReadonlySet<SectionId> = new Set(['tiles', 'servers'])

/** Those in sight, row by row: what takes the whole width alone, the others beside each other. */
export function rowsOf(sections: readonly Section[]): readonly (readonly SectionId[])[] {
  const rows: SectionId[][] = []
  for (const {id, isHidden} of sections) {
    if (isHidden) continue
    const last = rows.at(-1)
    if (last === undefined || whole.has(id) || whole.has(last[0]!)) rows.push([id])
    else last.push(id)
  }
  return rows
}
