/** What is said of a title. */
import {CalendarClock, Check, CircleDashed, CircleDot, Download, type LucideIcon} from 'lucide-react'
import {posterUrl} from '../../../api/arrs.ts'
import type {LibraryItem} from '../../../api/library.ts'
import {text} from '../../../i18n/text.ts'
import {count} from '../../../ui/format.ts'

interface Look {
  readonly icon: LucideIcon
  readonly ink: string
}

export const looks: Readonly<Record<LibraryItem['state'], Look>> = {
  have: {icon: Check, ink: 'text-text-3'},
  partial: {icon: CircleDot, ink: 'text-text-2'},
  missing: {icon: CircleDashed, ink: 'text-text'},
  queued: {icon: Download, ink: 'text-st-downloading'},
  unreleased: {icon: CalendarClock, ink: 'text-text-3'},
}

/** "Missing"; "28 of 29" where it is more than one file; "Not monitored" where what is absent is not wanted. */
export function stateWords({state, have, due, monitored}: LibraryItem): string {
  if (!monitored && (state === 'missing' || state === 'unreleased')) return text('titles.unmonitored')
  if (state === 'partial') return text('titles.files', {have: count(have), due: count(due)})
  return text(`titles.state.${state}`)
}

/** "820 of 1,500"; `null` = it is not known. */
export function scoreWords({score, minimum_score: least}: LibraryItem): string | null {
  if (score === null) return null
  return least === null ? count(score) : text('titles.score', {score: count(score), least: count(least)})
}

/** "Brazil (1985)" */
export function titleWords({title, year}: Pick<LibraryItem, 'title' | 'year'>): string {
  return year === null ? title : `${title} (${year})`
}

/** Where its picture is; `null` = there is none. */
export function posterOf({arr_id: arr, kind, id}: LibraryItem): string | null {
  return kind === 'season' ? null : posterUrl(arr, {kind, id})
}
