import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {SearchReason, SearchUnit} from '#model/searching.ts'
import {DAY, HOUR} from '#model/units.ts'
import {SearchQueue, type Candidate} from './search-queue.ts'

const DAY_MS = DAY * 1_000
const HOUR_MS = HOUR * 1_000

function candidate(id: number, more: Partial<Candidate> = {}): Candidate {
  return {
    unit: `movie/${id}`,
    reason: 'missing',
    hold: null,
    year: 2_000,
    availableAt: id,
    searchedAt: null,
    round: 0,
    wantedAt: null,
    ownReason: null,
    ...more,
  }
}

function putAll(queue: SearchQueue, candidates: readonly Candidate[]): void {
  for (const one of candidates) queue.put(one)
}

const newestYearFirst = {byYear: true, inReverse: false}
const all = () => true

/** Takes so many turns, with a rest of so long for what was searched. */
function take(queue: SearchQueue, turns: number, {perHour = 30, restMs = 0, from = 0} = {}): SearchUnit[] {
  const taken: SearchUnit[] = []
  for (let turn = 0; turn < turns; turn++) {
    const now = from + turn * (HOUR_MS / perHour)
    for (const unit of queue.ended(now)) queue.put({...queue.get(unit)!, hold: null})
    const next = queue.next(perHour, now, all)
    if (next === null) continue
    const round = queue.taken(next, now, now)
    const hold = restMs === 0 ? null : ({code: 'resting', until: now + restMs} as const)
    queue.put({...next, searchedAt: now, round, hold})
    taken.push(next.unit)
  }
  return taken
}

describe('the order of searches', () => {
  it.each([
    ['newest year first', newestYearFirst, ['movie/3', 'movie/1', 'movie/2']],
    ['oldest year first in reverse', {byYear: true, inReverse: true}, ['movie/2', 'movie/1', 'movie/3']],
  ])('takes the %s', (_, choice, expected) => {
    const queue = new SearchQueue(choice)
    putAll(queue, [candidate(1, {year: 1_990}), candidate(2, {year: 1_920}), candidate(3, {year: 2_026})])

    const taken = take(queue, 3)

    expect(taken).toEqual(expected)
  })

  it('reaches the first and the last of a hundred years before any year has its second turn', () => {
    const queue = new SearchQueue(newestYearFirst)
    const years = Array.from({length: 107}, (_, at) => 1_920 + at)
    putAll(
      queue,
      years.map((year) => candidate(year, {year})),
    )

    const taken = take(queue, years.length)

    expect(new Set(taken).size).toBe(years.length)
    expect(taken[0]).toBe('movie/2026')
    expect(taken.at(-1)).toBe('movie/1920')
  })

  it('lets a new item join the round before those that were searched in it', () => {
    const queue = new SearchQueue(newestYearFirst)
    putAll(queue, [candidate(1, {year: 2_020}), candidate(2, {year: 2_019})])
    take(queue, 2)
    queue.put(candidate(3, {year: 1_950}))

    const taken = take(queue, 1, {from: HOUR_MS})

    expect(taken).toEqual(['movie/3'])
  })

  it('takes what was never searched before what was searched long ago', () => {
    const queue = new SearchQueue({byYear: false, inReverse: false})
    putAll(queue, [candidate(1, {searchedAt: 5}), candidate(2, {searchedAt: 1}), candidate(3)])

    expect(take(queue, 3)).toEqual(['movie/3', 'movie/2', 'movie/1'])
  })

  it('says at which place something waits', () => {
    const queue = new SearchQueue(newestYearFirst)
    putAll(queue, [
      candidate(1, {year: 1_990}),
      candidate(2, {year: 2_010}),
      candidate(3, {hold: {code: 'in_queue', until: null}}),
    ])

    expect(queue.placeOf('movie/1')).toEqual({place: 2, of: 2})
    expect(queue.placeOf('movie/3')).toBeNull()
  })
})

describe('turns', () => {
  it('gives each reason its share', () => {
    const queue = new SearchQueue(newestYearFirst)
    const reasons: SearchReason[] = ['missing', 'minimum', 'cutoff', 'score', 'upgrade']
    putAll(
      queue,
      reasons.flatMap((reason, at) =>
        Array.from({length: 100}, (_, n) => candidate(at * 100 + n + 1, {reason})),
      ),
    )

    const taken = take(queue, 120)

    const counts = reasons.map(
      (_, at) => taken.filter((unit) => Math.floor((Number(unit.slice(6)) - 1) / 100) === at).length,
    )
    expect(counts).toEqual([60, 20, 20, 10, 10])
  })

  it('passes on the turns of a reason that has nothing to search', () => {
    const queue = new SearchQueue(newestYearFirst)
    putAll(queue, [candidate(1, {reason: 'upgrade'}), candidate(2, {reason: 'upgrade'})])

    expect(take(queue, 2)).toHaveLength(2)
  })

  it('Q17 leaves a fifth of each hour to the backlog while hundreds of requests wait', () => {
    const queue = new SearchQueue(newestYearFirst)
    const requests = Array.from({length: 500}, (_, n) =>
      candidate(n + 1, {reason: 'request', wantedAt: n, searchedAt: null}),
    )
    putAll(queue, [...requests, ...Array.from({length: 500}, (_, n) => candidate(1_000 + n))])

    const taken = take(queue, 300, {restMs: 30 * DAY_MS})

    const ofRequests = taken.map((unit) => Number(unit.slice(6)) < 1_000)
    expect(ofRequests.slice(0, 24)).toEqual(Array<boolean>(24).fill(true))
    expect(ofRequests.filter(Boolean)).toHaveLength(240)
    expect(taken.slice(0, 3)).toEqual(['movie/1', 'movie/2', 'movie/3'])
  })

  it('takes all requests one after the other where nothing else waits', () => {
    const queue = new SearchQueue(newestYearFirst)
    putAll(
      queue,
      Array.from({length: 50}, (_, n) => candidate(n + 1, {reason: 'request', wantedAt: n})),
    )

    expect(take(queue, 50, {restMs: DAY_MS})).toHaveLength(50)
  })

  it('takes a person before all others', () => {
    const queue = new SearchQueue(newestYearFirst)
    putAll(queue, [candidate(1, {reason: 'failure'}), candidate(2, {reason: 'person', wantedAt: 9})])

    expect(take(queue, 1)).toEqual(['movie/2'])
  })

  it('takes nothing of a reason that is paused', () => {
    const queue = new SearchQueue(newestYearFirst)
    putAll(queue, [candidate(1), candidate(2, {reason: 'failure'})])

    const next = queue.next(30, 0, (reason) => reason === 'failure')

    expect(next?.unit).toBe('movie/2')
    expect(queue.next(30, 0, () => false)).toBeNull()
  })
})

describe('weeks of searches', () => {
  it('searches each missing film in each round and none twice before', () => {
    const queue = new SearchQueue(newestYearFirst)
    const count = 720
    putAll(
      queue,
      Array.from({length: count}, (_, n) => candidate(n + 1, {year: 1_920 + (n % 107)})),
    )
    const perHour = 30

    const taken = take(queue, 18 * 24 * perHour, {perHour, restMs: DAY_MS})

    const rounds = Math.floor(taken.length / count)
    expect(rounds).toBe(18)
    for (let round = 0; round < rounds; round++)
      expect(new Set(taken.slice(round * count, (round + 1) * count)).size).toBe(count)
  })

  it('begins new rounds, though a clock that was wrong began one in the far future', () => {
    const queue = new SearchQueue(newestYearFirst)
    putAll(queue, [candidate(1), candidate(2)])
    take(queue, 2, {from: 400 * DAY_MS})
    const days = Array.from({length: 6}, (_, day) => take(queue, 1, {from: day * DAY_MS})[0])
    expect(new Set(days).size).toBe(2)
  })

  it('goes on after a restart where it was', () => {
    const units = Array.from({length: 50}, (_, n) => candidate(n + 1, {year: 1_950 + n}))
    const queue = new SearchQueue(newestYearFirst)
    putAll(queue, units)
    const before = take(queue, 20, {restMs: HOUR_MS})
    const after = new SearchQueue(newestYearFirst)
    putAll(
      after,
      [...queue.all()].map((one) => ({...one, hold: null})),
    )

    const rest = take(after, 30, {from: DAY_MS / 2, restMs: DAY_MS})

    expect(new Set([...before, ...rest]).size).toBe(50)
  })

  it('lists all as their turns come, then what is held, as the holds end', () => {
    const queue = new SearchQueue(newestYearFirst)
    putAll(queue, [
      candidate(1, {hold: {code: 'unmonitored', until: null}}),
      candidate(2, {hold: {code: 'resting', until: 9}}),
      candidate(3, {hold: {code: 'unreleased', until: 5}}),
      candidate(4, {reason: 'cutoff', year: 2_020}),
      candidate(5, {year: 1_990}),
      candidate(6, {year: 2_010}),
      candidate(7, {reason: 'person', wantedAt: 1}),
    ])
    expect([...queue.inOrder()].map(({unit}) => Number(unit.slice('movie/'.length)))).toEqual([
      7, 6, 5, 4, 3, 2, 1,
    ])
  })

  it('never starves one, whatever comes and goes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({year: fc.integer({min: 1_900, max: 2_030}), fresh: fc.boolean()}), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.boolean(),
        fc.boolean(),
        (films, byYear, inReverse) => {
          const queue = new SearchQueue({byYear, inReverse})
          const first = films.filter(({fresh}) => !fresh)
          const late = films.filter(({fresh}) => fresh)
          putAll(
            queue,
            first.map(({year}, at) => candidate(at + 1, {year})),
          )
          const taken = new Set<SearchUnit>()
          let id = first.length
          for (let turn = 0; turn < films.length; turn++) {
            for (const unit of take(queue, 1, {from: turn * HOUR_MS})) taken.add(unit)
            const next = late[turn]
            if (next) queue.put(candidate(++id, {year: next.year}))
          }
          for (const unit of take(queue, films.length, {from: 100 * HOUR_MS})) taken.add(unit)
          expect(taken.size).toBe(films.length)
        },
      ),
    )
  })
})
