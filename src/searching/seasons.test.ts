import {describe, expect, test} from 'vitest'
import type {SearchUnit} from '#model/searching.ts'
import {
  askedOf,
  questionsOf,
  unitsOfSeason,
  type BySeason,
  type SeasonFacts,
  type WantedEpisode,
} from './seasons.ts'

const season: SeasonFacts = {
  seriesId: 5,
  seasonNumber: 3,
  seriesType: 'standard',
  airedCount: 10,
  hasUnmonitored: false,
}

/** The newest has the highest number. */
function wanted(count: number, more: Partial<WantedEpisode> = {}): WantedEpisode[] {
  return Array.from({length: count}, (_, at) => ({
    id: at + 1,
    monitored: true,
    availableAt: at * 1_000,
    ...more,
  }))
}

const whole: SearchUnit[] = ['season/5/3']
const episodes = (...ids: readonly number[]): SearchUnit[] => ids.map((id) => `episode/${id}` as const)

describe('a season, or episode by episode', () => {
  test.each<[string, Partial<SeasonFacts>, readonly WantedEpisode[], BySeason, readonly SearchUnit[]]>([
    ['Q26 nine of ten', {}, wanted(9), 'smart', whole],
    ['Q26 one of ten', {}, wanted(1), 'smart', episodes(1)],
    [
      'Q26 three of 24 of an anime',
      {seriesType: 'anime', airedCount: 24},
      wanted(3),
      'smart',
      episodes(3, 2, 1),
    ],
    ['Q26 a special', {seasonNumber: 0}, wanted(1), 'smart', episodes(1)],
    ['several specials', {seasonNumber: 0}, wanted(3), 'smart', episodes(3, 2, 1)],
    ['Q26 two, and one that is not monitored', {hasUnmonitored: true}, wanted(2), 'smart', episodes(2, 1)],
    [
      'five, and one that is not monitored',
      {hasUnmonitored: true},
      wanted(5),
      'smart',
      episodes(5, 4, 3, 2, 1),
    ],
    ['six, and one that is not monitored', {hasUnmonitored: true}, wanted(6), 'smart', whole],
    ['what is not monitored', {}, wanted(3, {monitored: false}), 'smart', episodes(3, 2, 1)],
    ['two of ten', {}, wanted(2), 'smart', whole],
    ['two of a daily show', {seriesType: 'daily'}, wanted(2), 'smart', whole],
    [
      'nineteen of 24 of an anime',
      {seriesType: 'anime', airedCount: 24},
      wanted(19),
      'smart',
      Array.from({length: 19}, (_, at) => `episode/${19 - at}` as const),
    ],
    ['twenty of 24 of an anime', {seriesType: 'anime', airedCount: 24}, wanted(20), 'smart', whole],
    ['one of ten, as seasons', {}, wanted(1), true, whole],
    ['nine of ten, as episodes', {}, wanted(3), false, episodes(3, 2, 1)],
    ['nothing', {}, [], true, []],
  ])('%s', (_, more, some, by, units) => {
    expect(unitsOfSeason({...season, ...more}, some, by)).toEqual(units)
  })
})

describe('what an Arr is asked for', () => {
  test('Q27 a season that was empty twice by its five newest episodes, then as a season again', () => {
    const asked = [0, 1, 2, 3, 4, 5].map((empties) => askedOf('season/5/3', wanted(9), empties))
    const newest = episodes(9, 8, 7, 6, 5)
    expect(asked).toEqual([whole, whole, newest, whole, whole, newest])
  })

  test('an episode or a film always as it is', () => {
    expect(askedOf('episode/7', wanted(1), 2)).toEqual(episodes(7))
    expect(askedOf('movie/7', [], 2)).toEqual(['movie/7'])
  })

  const YEAR_MS = 365 * 86_400_000
  test.each<[string, readonly SearchUnit[], Partial<SeasonFacts> | null, readonly WantedEpisode[], number]>([
    ['a film', ['movie/1'], null, [], 1],
    ['an episode', episodes(1), {}, wanted(1), 1],
    ['a season', whole, {}, wanted(9), 1],
    ['five episodes', episodes(1, 2, 3, 4, 5), {}, wanted(9), 5],
    ['a season of an anime', whole, {seriesType: 'anime', airedCount: 24}, wanted(20), 25],
    [
      'a season of a daily show over two years',
      whole,
      {seriesType: 'daily'},
      [...wanted(3), ...wanted(2, {availableAt: 2 * YEAR_MS})],
      2,
    ],
    ['a special', episodes(1), {seasonNumber: 0}, wanted(1), 2],
    ['specials as a season', whole, {seasonNumber: 0}, wanted(4), 5],
  ])('%s costs each indexer so many questions', (_, asked, of, some, questions) => {
    expect(questionsOf(asked, of && {...season, ...of}, some)).toBe(questions)
  })
})
