/** The head of a group: what its rows have in common, how many they are, and what they move. */
import type {LiveGroup} from '#model/live.ts'
import type {GroupName} from '#model/query.ts'
import {text} from '../../../i18n/text.ts'
import {bytes, fullSpeed, written} from '../../../ui/format.ts'
import {cell, put} from './dom.ts'
import type {RowFace} from './row-face.ts'
import {stateOf, stateWords} from './state-face.ts'

export class GroupRow {
  readonly element = cell('div', 'tt-group', 'row')
  readonly #cell = cell('div', 'tt-group-cell', 'gridcell')
  readonly #title = cell('span', 'tt-group-title')
  readonly #figures = cell('span', 'tt-group-figures')
  group: LiveGroup | null = null
  item = -1
  #top = -1

  constructor() {
    this.#cell.append(this.#title, this.#figures)
    this.element.append(this.#cell)
    this.element.tabIndex = -1
  }

  place(item: number, top: number): void {
    if (item !== this.item) this.element.ariaRowIndex = String(item + 2)
    this.item = item
    if (top === this.#top) return
    this.#top = top
    this.element.style.transform = `translateY(${top}px)`
  }

  show(group: LiveGroup, by: GroupName | null, isFolded: boolean, isCurrent: boolean, face: RowFace): void {
    this.group = group
    put(this.#title, groupTitle(group.value, by, face))
    put(this.#figures, figuresOf(group))
    this.element.ariaExpanded = String(!isFolded)
    this.element.tabIndex = isCurrent ? 0 : -1
    this.element.className = `tt-group${isFolded ? ' tt-folded' : ''}${isCurrent ? ' tt-current' : ''}`
  }
}

/** What the rows of a group have in common, in words. */
function groupTitle(value: string, by: GroupName | null, face: Pick<RowFace, 'serverOf'>): string {
  if (by === 'server') return face.serverOf(value).name
  if (by === 'state') return text(stateWords[stateOf(value)])
  if (by === 'private') return privateTitle(value)
  if (value !== '') return value
  return text(by === 'tracker' ? 'group.none.tracker' : 'group.none.category')
}

function privateTitle(value: string): string {
  if (value === 'true') return text('group.private')
  return text(value === 'false' ? 'group.public' : 'group.unknown')
}

function figuresOf({count, size, down_speed: down, up_speed: up}: LiveGroup): string {
  const parts = [text('group.count', {count}), written(bytes(size))]
  if (down > 0) parts.push(`↓ ${written(fullSpeed(down))}`)
  if (up > 0) parts.push(`↑ ${written(fullSpeed(up))}`)
  return parts.join('\u2003')
}
