/** Ranges over columns of numbers, and ages. */
import {NumberColumn, WholeColumn} from '#fleet/column.ts'
import type {Fleet} from '#fleet/fleet.ts'
import {BadArgument} from '#model/errors.ts'
import {timeFields, type Range, type TorrentFilter} from '#model/query.ts'
import type {TorrentField} from '#model/torrent.ts'
import type {EpochMs} from '#model/units.ts'
import {no, type Refusals} from './filter-bits.ts'

/** @throws {BadArgument} a range over a column that has no numbers, an age of one that has no times */
export function checkNumbers(fleet: Fleet, {ranges = {}, ages = {}}: TorrentFilter): void {
  for (const field of Object.keys(ranges)) numbersOf(fleet, field)
  for (const field of Object.keys(ages)) timesOf(fleet, field)
}

export function byRange(refused: Refusals, fleet: Fleet, field: string, range: Range): void {
  const column = numbersOf(fleet, field)
  const {min, max} = bounds(range)
  for (let row = 0; row < refused.length; row++) {
    const number = column.number(row)
    if (!(number >= min && number <= max)) refused[row]! |= no.rest
  }
}

/** The range is of seconds before `now`. */
export function byAge(refused: Refusals, fleet: Fleet, field: string, range: Range, now: EpochMs): void {
  const column = timesOf(fleet, field)
  const {min, max} = bounds(range)
  for (let row = 0; row < refused.length; row++) {
    const age = (now - column.number(row)) / 1000
    if (!(age >= min && age <= max)) refused[row]! |= no.rest
  }
}

function bounds({min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY}: Range): {
  min: number
  max: number
} {
  return {min, max}
}

interface Numbers {
  number(row: number): number
}

function numbersOf(fleet: Fleet, field: string): Numbers {
  const column = fleet.rows.columns[field as TorrentField]
  if (column instanceof NumberColumn || column instanceof WholeColumn) return column
  throw new BadArgument(`A range needs a column of numbers; "${field}" is none.`, {field})
}

function timesOf(fleet: Fleet, field: string): Numbers {
  if ((timeFields as readonly string[]).includes(field)) return numbersOf(fleet, field)
  throw new BadArgument(`An age needs a column of times; "${field}" is none.`, {field})
}
