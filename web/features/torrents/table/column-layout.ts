/**
 * Which columns stand where, and how wide. What somebody chose is a list in its order (`ColumnChoice`), kept by the
 * saved view or the preferences; what is on screen is that, as far as there is room.
 */
import type {Preferences} from '../../../api/preferences.ts'
import {columnOf, columns, standardColumns, type Column} from './columns.ts'

export type ColumnChoice = NonNullable<Preferences['columns']>
type Selected = ColumnChoice[number]

export interface ShownColumn {
  readonly column: Column
  readonly width: number
  readonly isPinned: boolean
}

export interface ShownLayout {
  readonly shown: readonly ShownColumn[]
  /** Chosen, but without room. */
  readonly dropped: readonly Column[]
  /** With the mark and the margin at the end. */
  readonly width: number
}

export const MARK_PX = 34
export const END_PX = 12
/** Names are readable from here on; columns that can go make room until then. */
const COMFORTABLE_NAME_PX = 320

/** @param saved `null` = nobody chose */
export function currentColumns(saved: ColumnChoice | null): ColumnChoice {
  const known = (saved ?? standardColumns.map((id) => ({id}))).filter(({id}) => columnOf(id) !== null)
  return known.some(({id}) => id === 'name') ? known : [{id: 'name'}, ...known]
}

/**
 * @param room px the list has @param isRoomy rows have a second line that says some of it
 * @param usual px of columns that nobody gave a width, where it is not the standard one
 */
export function fitColumns(
  selected: ColumnChoice,
  room: number,
  isRoomy: boolean,
  usual: Readonly<Record<string, number>> = {},
): ShownLayout {
  const wanted = placed(selected, usual).filter(({column}) => !isRoomy || !column.inSecondLine)
  const dropped: Column[] = []
  let shown = wanted
  for (
    let next = nextToDrop(shown);
    next && nameRoom(shown, room) < COMFORTABLE_NAME_PX;
    next = nextToDrop(shown)
  ) {
    dropped.push(next)
    shown = shown.filter(({column}) => column !== next)
  }
  const widened = shown.map((it) =>
    isNameFree(it, selected) ? {...it, width: Math.max(it.column.min, nameRoom(shown, room))} : it,
  )
  return {shown: widened, dropped, width: MARK_PX + END_PX + sumOf(widened)}
}

/** Pinned ones stand first. */
function placed(selected: ColumnChoice, usual: Readonly<Record<string, number>>): ShownColumn[] {
  const all = selected
    .filter(({hidden}) => !hidden)
    .flatMap(({id, width, pinned}) => {
      const column = columnOf(id)
      return column
        ? [
            {
              column,
              width: Math.max(column.min, width ?? usual[id] ?? column.width),
              isPinned: pinned === true,
            },
          ]
        : []
    })
  return [...all.filter((it) => it.isPinned), ...all.filter((it) => !it.isPinned)]
}

/** The name takes the rest, unless somebody gave it a width. */
function isNameFree({column}: ShownColumn, selected: ColumnChoice): boolean {
  return column.id === 'name' && selected.find(({id}) => id === 'name')?.width === undefined
}

function nameRoom(shown: readonly ShownColumn[], room: number): number {
  return room - MARK_PX - END_PX - sumOf(shown.filter(({column}) => column.id !== 'name'))
}

function nextToDrop(shown: readonly ShownColumn[]): Column | undefined {
  const canGo = shown.map(({column}) => column).filter((it) => it.drop !== undefined)
  return canGo.sort((a, b) => a.drop! - b.drop!)[0]
}

function sumOf(shown: readonly ShownColumn[]): number {
  return shown.reduce((sum, it) => sum + it.width, 0)
}

/** @param widths px by id; `undefined` = the usual one */
export function withWidths(
  selected: ColumnChoice,
  widths: ReadonlyMap<string, number | undefined>,
): ColumnChoice {
  return selected.map((it) => {
    if (!widths.has(it.id)) return it
    const {width: _before, ...others} = it
    const width = widths.get(it.id)
    return width === undefined
      ? others
      : {...others, width: Math.max(columnOf(it.id)?.min ?? 0, Math.round(width))}
  })
}

const WIDEST_FIT_PX = 800

/** Columns as wide as what they show. @param widest px that a column needs; 0 = not known, it stays as it is */
export function withFit(
  selected: ColumnChoice,
  ids: readonly string[],
  widest: (id: string) => number,
): ColumnChoice {
  const needed = ids.map((id) => [id, Math.ceil(widest(id))] as const).filter(([, px]) => px > 0)
  return withWidths(selected, new Map(needed.map(([id, px]) => [id, Math.min(px, WIDEST_FIT_PX)])))
}

/** Before another one; `null` = at the end. It is pinned as that one is. */
export function withMoved(selected: ColumnChoice, id: string, before: string | null): ColumnChoice {
  const moved = selected.find((it) => it.id === id)
  if (!moved || id === before) return selected
  const others = selected.filter((it) => it !== moved)
  const at = before === null ? others.length : others.findIndex((it) => it.id === before)
  return at === -1 ? selected : others.toSpliced(at, 0, moved)
}

/** One place to the left or right among those that are shown. */
export function withStep(
  selected: ColumnChoice,
  shown: readonly ShownColumn[],
  id: string,
  step: -1 | 1,
): ColumnChoice {
  const at = shown.findIndex(({column}) => column.id === id)
  const neighbour = shown[at + step]
  if (at === -1 || !neighbour) return selected
  if (step === -1) return withMoved(selected, id, neighbour.column.id)
  return withMoved(selected, neighbour.column.id, id)
}

export function withPinned(selected: ColumnChoice, id: string, isPinned: boolean): ColumnChoice {
  return changed(selected, id, ({pinned: _before, ...others}) => ({
    ...others,
    ...(isPinned && {pinned: true}),
  }))
}

/** A column that was not among them comes at the end. */
export function withShown(selected: ColumnChoice, id: string, isShown: boolean): ColumnChoice {
  if (id === 'name') return selected
  if (!selected.some((it) => it.id === id)) return isShown ? [...selected, {id}] : selected
  return changed(selected, id, ({hidden: _before, ...others}) => ({
    ...others,
    ...(!isShown && {hidden: true}),
  }))
}

function changed(selected: ColumnChoice, id: string, change: (it: Selected) => Selected): ColumnChoice {
  return selected.map((it) => (it.id === id ? change(it) : it))
}

interface OfferedColumns {
  /** In their order. */
  readonly shown: readonly Column[]
  readonly further: readonly Column[]
}

/** Which columns are shown, in their order, and which could be. */
export function offeredColumns(saved: ColumnChoice | null): OfferedColumns {
  const shown = currentColumns(saved)
    .filter(({hidden}) => !hidden)
    .flatMap(({id}) => columnOf(id) ?? [])
  return {shown, further: columns.filter((column) => !shown.includes(column))}
}

export function withColumn(saved: ColumnChoice | null, id: string, isShown: boolean): ColumnChoice {
  const selected = currentColumns(saved)
  // What comes back stands at the end, where it is seen.
  const others = isShown ? selected.filter((it) => it.id !== id) : selected
  return withShown(others, id, isShown)
}

/** At another place among those that are shown; hidden ones stay where they are. @param to 0 = first */
export function withPlace(saved: ColumnChoice | null, id: string, to: number): ColumnChoice {
  const selected = currentColumns(saved)
  const others = selected.filter((it) => !it.hidden && it.id !== id)
  return withMoved(selected, id, others[to]?.id ?? null)
}
