/** A request manager adds what was approved to an Arr, and mostly has it searched at once. */
import type {SimulatedArr} from '../arrs/create.ts'
import {reportParent} from '../arrs/frames.ts'

interface Approved {
  readonly title: string
  readonly year?: number | undefined
  /** TMDB of a film, TVDB of a series. */
  readonly externalId: number | undefined
  /** Of a series. */
  readonly seasons?: readonly number[]
  readonly search: boolean
}

/** @returns its id there; what is there already keeps the one it has */
export function handOver({arr}: SimulatedArr, approved: Approved): number {
  const {library, commands, time} = arr
  const {title, year = 2020, externalId, seasons = [1], search} = approved
  const known = library.parents.find((one) => one.externalId === externalId)
  const added =
    known ??
    library.add({
      title,
      year,
      externalId: externalId ?? 0,
      addedAt: time.now(),
      ...(library.family === 'series' && {units: seasons.map((season) => ({season, number: 1}))}),
    })
  if (!known) reportParent(arr, added)
  if (!search) return added.id
  if (library.family === 'movies') commands.post('MoviesSearch', {movieIds: [added.id]}, 'manual')
  else commands.post('MissingEpisodeSearch', {seriesId: added.id}, 'manual')
  return added.id
}

/** How much of what was asked for it has by now. */
export function partThere(
  {arr}: SimulatedArr,
  parentId: number,
  seasons?: readonly number[],
): 'none' | 'some' | 'all' {
  const {library} = arr
  const parent = library.parent(parentId)
  if (parent === undefined) return 'none'
  const units = library.unitsOf(parent).filter(({season}) => seasons?.includes(season) ?? true)
  const have = units.filter((unit) => library.has(unit)).length
  if (have === 0) return 'none'
  return have === units.length ? 'all' : 'some'
}
