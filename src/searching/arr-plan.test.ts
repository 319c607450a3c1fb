import {describe, expect, test} from 'vitest'
import type {SearchUnit} from '#model/searching.ts'
import {DAY_MS, episode, film, HOUR_MS, NOW, planned, profile, searchOnce} from './searching.fixture.ts'

const years = (count: number, id = 0) => Array.from({length: count}, (_, at) => film(id + at + 1))

describe('films', () => {
  test('what is missing is ready, what is not out or queued waits, and what is complete is no candidate', () => {
    const {library, all, holds} = planned([
      film(1),
      film(2, {availableAt: NOW + DAY_MS}),
      film(3),
      film(4, {hasFile: true, belowCutoff: false, score: 100}),
      film(5, {monitored: false}),
    ])
    library.queued.add('movie/3')
    all()
    expect(holds()).toEqual({'movie/1': 'ready', 'movie/2': 'unreleased', 'movie/3': 'in_queue'})
  })

  test('what is not out yet is ready when it is, without any word of its Arr', () => {
    const {plan, holds} = planned([film(1, {availableAt: NOW + DAY_MS})])
    plan.evaluateEnded(NOW + DAY_MS)
    expect(holds()).toEqual({'movie/1': 'grace'})
    plan.evaluateEnded(NOW + DAY_MS + 2 * HOUR_MS)
    expect(holds()).toEqual({'movie/1': 'ready'})
  })

  test('what left the library is searched no more', () => {
    const {plan, library, all, holds} = planned(years(3))
    library.remove('movie/1')
    library.remove('movie/2')
    plan.evaluate('movie/1', NOW)
    expect(Object.keys(holds())).toEqual(['movie/2', 'movie/3'])
    all()
    expect(Object.keys(holds())).toEqual(['movie/3'])
  })

  test('what comes while all is evaluated stays', () => {
    const {plan, library, holds} = planned(years(5))
    const pieces = plan.evaluateAll(NOW)
    for (let piece = 0; piece < 5; piece++) pieces.next()
    library.put(film(9))
    plan.evaluate('movie/9', NOW)
    for (const _ of pieces);
    expect(holds()).toMatchObject({'movie/1': 'ready', 'movie/9': 'ready'})
  })

  test('what runs is not searched a second time, and rests behind that by what came of it', () => {
    const it = planned([film(1)])
    it.searching.add('movie/1')
    it.plan.evaluate('movie/1', NOW)
    expect(it.holds()).toEqual({'movie/1': 'running'})
    it.searching.clear()
    it.plan.evaluate('movie/1', NOW)
    searchOnce(it, 'movie/1', 'empty', {now: NOW})
    expect(it.plan.queue.get('movie/1')).toMatchObject({
      hold: {code: 'resting', until: NOW + DAY_MS},
      searchedAt: NOW,
      round: 1,
    })
  })

  test('Q2 six searches without a result rest 1, 2, 4, 8, 16 and 30 days', () => {
    const it = planned([film(1)])
    let now = NOW
    const days = Array.from({length: 6}, () => {
      it.plan.evaluateEnded(now)
      const {restsUntil} = searchOnce(it, 'movie/1', 'empty', {now})
      const rest = restsUntil! - now
      now = restsUntil!
      return rest / DAY_MS
    })
    expect(days).toEqual([1, 2, 4, 8, 16, 30])
  })

  test('Q9 a search that was lost is made once more after ten minutes, and then rests as after a trouble', () => {
    const it = planned([film(1)])
    const first = searchOnce(it, 'movie/1', 'failed', {now: NOW, isLost: true})
    expect(first.restsUntil).toBe(NOW + 600_000)
    it.plan.evaluateEnded(NOW + 600_000)
    const second = searchOnce(it, 'movie/1', 'failed', {now: NOW + 600_000, isLost: true})
    expect(second.restsUntil).toBe(NOW + 600_000 + 3 * HOUR_MS)
  })

  test('what its Arr searched within six hours counts, and our own search does not hold up the next one', () => {
    const it = planned([film(1, {searchedAt: NOW - HOUR_MS}), film(2)])
    expect(it.plan.queue.get('movie/1')?.hold).toEqual({code: 'resting', until: NOW + 5 * HOUR_MS})
    searchOnce(it, 'movie/2', 'failed', {now: NOW})
    it.library.change('movie/2', {searchedAt: NOW + 20_000})
    it.plan.evaluate('movie/2', NOW + 30_000)
    expect(it.plan.queue.get('movie/2')?.hold).toEqual({code: 'resting', until: NOW + HOUR_MS})
  })

  test('Q50 what was searched through another Arr waits', () => {
    const elsewhereUntil = (foreignId: string, indexers: readonly number[]) =>
      foreignId === 'tmdb 1' && indexers.includes(2) ? NOW + 6 * HOUR_MS : null
    const {holds} = planned(years(2), {}, {elsewhereUntil})
    expect(holds()).toEqual({'movie/1': 'elsewhere', 'movie/2': 'ready'})
  })
})

describe('wishes', () => {
  test('a person has a resting film searched, once', () => {
    const it = planned([film(1)])
    searchOnce(it, 'movie/1', 'empty', {now: NOW})
    it.plan.wish('movie/1', {reason: 'person', at: NOW + 1}, NOW + 1)
    expect(it.plan.queue.get('movie/1')).toMatchObject({reason: 'person', hold: null, wantedAt: NOW + 1})
    searchOnce(it, 'movie/1', 'empty', {now: NOW + 2})
    expect(it.plan.queue.get('movie/1')).toMatchObject({reason: 'missing', hold: {code: 'resting'}})
  })

  test('what a person wanted and could not have within a day is not searched later', () => {
    const {plan, library, holds} = planned([film(1, {hasFile: true, belowCutoff: false, score: 100})])
    library.queued.add('movie/1')
    plan.wish('movie/1', {reason: 'person', at: NOW}, NOW)
    expect(holds()).toEqual({'movie/1': 'in_queue'})
    library.queued.clear()
    plan.evaluate('movie/1', NOW + DAY_MS)
    expect(holds()).toEqual({})
  })

  test('a request lasts until it is withdrawn', () => {
    const it = planned([film(1)])
    it.plan.wish('movie/1', {reason: 'request', at: NOW - 40 * DAY_MS}, NOW)
    searchOnce(it, 'movie/1', 'empty', {now: NOW})
    expect(it.plan.queue.get('movie/1')?.reason).toBe('request')
    it.plan.wish('movie/1', null, NOW)
    expect(it.plan.queue.get('movie/1')?.reason).toBe('missing')
  })

  test('a request is over once there is a file, though something better could be had', () => {
    const it = planned([film(1, {hasFile: true, belowCutoff: true, score: 0})], {cutoff: false, score: false})
    it.plan.wish('movie/1', {reason: 'request', at: NOW}, NOW)
    expect(it.holds()).toEqual({})
    it.library.change('movie/1', {hasFile: false})
    it.plan.evaluate('movie/1', NOW)
    expect(it.plan.queue.get('movie/1')?.reason).toBe('request')
  })

  test('Q44 a season that was asked for is searched as one, also where nothing else is', () => {
    const items = [1, 2, 3].map((id) => episode(id))
    const it = planned([...items, episode(4, {hasFile: true}), episode(9, {seasonNumber: 2})], {
      missing: false,
    })
    expect(it.holds()).toEqual({})
    it.plan.wish('season/5/1', {reason: 'request', at: NOW - DAY_MS}, NOW)
    expect(it.holds()).toEqual({'season/5/1': 'ready'})
    expect(it.plan.queue.get('season/5/1')).toMatchObject({reason: 'request', wantedAt: NOW - DAY_MS})
    expect(it.plan.prepare('season/5/1', NOW)).toMatchObject({asked: ['season/5/1'], isMissing: true})
    it.plan.wish('season/5/1', null, NOW)
    expect(it.holds()).toEqual({})
  })

  test('Q44 one episode that a season lacks of what was asked for is searched alone, as old as its request', () => {
    const it = planned([episode(1), episode(2, {hasFile: true})], {missing: false})
    it.plan.wish('season/5/1', {reason: 'request', at: NOW - DAY_MS}, NOW)
    expect(it.plan.queue.get('episode/1')).toMatchObject({reason: 'request', wantedAt: NOW - DAY_MS})
    expect(it.plan.requestedAt('episode/1')).toBe(NOW - DAY_MS)
    expect(it.plan.requestedAt('episode/2')).toBe(NOW - DAY_MS)
  })

  test('an episode that was asked for alone is searched alone', () => {
    const it = planned(
      [1, 2, 3].map((id) => episode(id)),
      {missing: false},
    )
    it.plan.wish('episode/2', {reason: 'request', at: NOW}, NOW)
    expect(it.holds()).toEqual({'episode/2': 'ready'})
  })

  test('a person holds a film back, and lets it go', () => {
    const {plan, holds} = planned([film(1)])
    plan.hold('movie/1', true, NOW)
    expect(holds()).toEqual({'movie/1': 'held'})
    plan.hold('movie/1', false, NOW)
    expect(holds()).toEqual({'movie/1': 'ready'})
  })

  test('who holds back what a person wanted wants it no more, and a request stays one', () => {
    const {plan, states, holds} = planned([film(1), film(2)])
    plan.wish('movie/1', {reason: 'person', at: NOW}, NOW)
    plan.wish('movie/2', {reason: 'request', at: NOW}, NOW)
    plan.hold('movie/1', true, NOW)
    plan.hold('movie/2', true, NOW)
    expect(holds()).toEqual({'movie/1': 'held', 'movie/2': 'held'})
    expect([states.get('movie/1')?.wish, states.get('movie/2')?.wish?.reason]).toEqual([null, 'request'])
  })

  test('Q26 a season that a person holds back is one unit that is held, also where its episodes are searched one by one', () => {
    const {plan, holds} = planned([episode(1), episode(2)], {bySeason: false})
    expect(holds()).toEqual({'episode/1': 'ready', 'episode/2': 'ready'})
    plan.hold('season/5/1', true, NOW)
    expect(holds()).toEqual({'season/5/1': 'held'})
    expect(plan.prepare('season/5/1', NOW)).toBeNull()
    plan.wish('season/5/1', {reason: 'person', at: NOW}, NOW)
    expect(holds()).toEqual({'season/5/1': 'ready'})
    plan.wish('season/5/1', null, NOW)
    plan.hold('season/5/1', false, NOW)
    expect(holds()).toEqual({'episode/1': 'ready', 'episode/2': 'ready'})
  })
})

describe('rests that end', () => {
  test.each<[string, (it: ReturnType<typeof planned>) => void]>([
    ['its profile is edited', ({library}) => void (library.profile = {...profile, revision: 'p2'})],
    ['an indexer is new', ({library}) => void (library.profile = {...profile, indexers: [1, 2, 3]})],
    ['its date changes', ({library}) => library.change('movie/1', {availableAt: 5})],
    ['its tags change', ({library}) => library.change('movie/1', {tags: [4]})],
    ['an entry of the blocklist is free', ({plan}) => plan.endRest('movie/1', NOW)],
    [
      'its file went',
      ({library, plan}) => {
        library.change('movie/1', {hasFile: true, belowCutoff: false, score: 100})
        plan.evaluate('movie/1', NOW)
        library.change('movie/1', {hasFile: false, belowCutoff: null, score: null})
      },
    ],
    [
      'it is monitored again',
      ({library, plan}) => {
        library.change('movie/1', {monitored: false})
        plan.evaluate('movie/1', NOW)
        library.change('movie/1', {monitored: true})
      },
    ],
  ])('a film rests no more, and from the start, once %s', (_, change) => {
    const it = planned([film(1)])
    searchOnce(it, 'movie/1', 'empty', {now: NOW})
    change(it)
    it.plan.evaluate('movie/1', NOW)
    expect(it.holds()).toEqual({'movie/1': 'ready'})
    expect(it.states.get('movie/1')).toMatchObject({empties: 0, restsUntil: null})
  })

  test('a film rests on when an indexer goes', () => {
    const it = planned([film(1)])
    searchOnce(it, 'movie/1', 'empty', {now: NOW})
    it.library.profile = {...profile, indexers: [1]}
    it.all()
    expect(it.holds()).toEqual({'movie/1': 'resting'})
  })

  test('Q31 an edited profile ends 3,000 rests over a day', () => {
    let seed = 0
    const random = () => (seed = (seed * 16_807 + 11) % 2_147_483_647) / 2_147_483_647
    const it = planned(years(3_000), {}, {random})
    for (let id = 1; id <= 3_000; id++) searchOnce(it, `movie/${id}`, 'empty', {now: NOW})
    it.library.profile = {...profile, revision: 'p2'}
    it.all()
    const readyBy = (at: number) => {
      it.plan.evaluateEnded(at)
      return Object.values(it.holds()).filter((hold) => hold === 'ready').length
    }
    const [atOnce, halfway, all] = [NOW, NOW + 0.5 * DAY_MS, NOW + DAY_MS].map(readyBy)
    expect(atOnce).toBe(500)
    expect(halfway).toBeGreaterThan(1_500)
    expect(halfway).toBeLessThan(2_000)
    expect(all).toBe(3_000)
  })

  test('Q32 where each is searched once, it is again when something about it changes', () => {
    const it = planned([film(1)], {onlyOnce: true})
    searchOnce(it, 'movie/1', 'failed', {now: NOW})
    it.plan.evaluateEnded(NOW + DAY_MS)
    // It came to nothing: that was no search.
    expect(it.holds()).toEqual({'movie/1': 'ready'})
    searchOnce(it, 'movie/1', 'empty', {now: NOW + DAY_MS})
    it.plan.evaluateEnded(NOW + 400 * DAY_MS)
    expect(it.holds()).toEqual({'movie/1': 'searched_enough'})
    it.library.change('movie/1', {tags: [1]})
    it.plan.evaluate('movie/1', NOW + 400 * DAY_MS)
    expect(it.holds()).toEqual({'movie/1': 'ready'})
  })

  test('Q7 a rest that a wrong clock made for the far future holds up nothing once the clock is right', () => {
    const it = planned([film(1)])
    searchOnce(it, 'movie/1', 'empty', {now: NOW + 400 * DAY_MS})
    it.plan.evaluate('movie/1', NOW)
    expect(it.holds()).toEqual({'movie/1': 'ready'})
  })

  test('what is known of a number goes when it means another film', () => {
    const it = planned([film(1)])
    searchOnce(it, 'movie/1', 'empty', {now: NOW})
    it.library.change('movie/1', {foreignId: 'tmdb 99'})
    it.plan.evaluate('movie/1', NOW)
    expect(it.holds()).toEqual({'movie/1': 'ready'})
    expect(it.states.get('movie/1')).toMatchObject({foreignId: null, searchedAt: null, empties: 0})
  })
})

describe('seasons', () => {
  const season = (count: number, more = {}) => Array.from({length: count}, (_, at) => episode(at + 1, more))

  test('several missing episodes are one candidate, and one alone is itself', () => {
    const it = planned([...season(3), episode(9, {seasonNumber: 2})])
    expect(it.holds()).toEqual({'season/5/1': 'ready', 'episode/9': 'ready'})
    for (const id of [1, 2])
      it.library.change(`episode/${id}`, {hasFile: true, belowCutoff: false, score: 100})
    it.plan.evaluate('episode/1', NOW)
    expect(it.holds()).toEqual({'episode/3': 'ready', 'episode/9': 'ready'})
  })

  test('episodes of a season that something holds stand beside it', () => {
    const it = planned(season(4))
    it.library.queued.add('episode/1')
    it.library.change('episode/2', {availableAt: NOW + HOUR_MS})
    it.plan.evaluate('season/5/1', NOW)
    expect(it.holds()).toEqual({'season/5/1': 'ready', 'episode/1': 'in_queue', 'episode/2': 'unreleased'})
  })

  test('what was on air today is searched for its own sake', () => {
    const it = planned([...season(3), episode(4, {availableAt: NOW - 3 * HOUR_MS})])
    expect(it.holds()).toEqual({'season/5/1': 'ready', 'episode/4': 'ready'})
    expect(it.plan.queue.get('episode/4')?.reason).toBe('today')
  })

  test('episodes whose releases are given up again and again wait, and the season is searched without them', () => {
    const loops = new Map([['episode/2', NOW + DAY_MS]])
    const it = planned(season(4), {}, {loopUntil: (unit) => loops.get(unit) ?? null})
    expect(it.holds()).toEqual({
      'episode/1': 'ready',
      'episode/2': 'loop',
      'episode/3': 'ready',
      'episode/4': 'ready',
    })
    expect(it.plan.queue.get('episode/2')?.hold?.until).toBe(NOW + DAY_MS)
    loops.clear()
    it.plan.evaluate('episode/2', NOW)
    expect(it.holds()).toEqual({'season/5/1': 'ready'})
  })

  test('Q27 a season that was empty twice is asked for by its newest episodes', () => {
    const it = planned(season(9).map((one) => ({...one, availableAt: one.id})))
    const asked: (readonly SearchUnit[])[] = []
    let now = NOW
    for (let search = 0; search < 4; search++) {
      it.plan.evaluateEnded(now)
      asked.push(it.plan.prepare('season/5/1', now)!.asked)
      now = searchOnce(it, 'season/5/1', 'empty', {now}).restsUntil!
    }
    const whole = ['season/5/1']
    expect(asked).toEqual([whole, whole, [9, 8, 7, 6, 5].map((id) => `episode/${id}`), whole])
  })

  test('a season rests no more once an episode joins what is wanted of it, and rests on when one came in', () => {
    const it = planned(season(4))
    searchOnce(it, 'season/5/1', 'empty', {now: NOW})
    it.library.change('episode/1', {hasFile: true, belowCutoff: false, score: 100})
    it.plan.evaluate('episode/1', NOW)
    expect(it.holds()).toEqual({'season/5/1': 'resting'})
    it.library.put(episode(5))
    it.plan.evaluate('episode/5', NOW)
    expect(it.holds()).toEqual({'season/5/1': 'ready'})
  })

  test('a person who wants a season has it searched as one, also where one episode is missing', () => {
    const it = planned(season(1))
    it.plan.wish('season/5/1', {reason: 'person', at: NOW}, NOW)
    expect(it.holds()).toEqual({'season/5/1': 'ready'})
    searchOnce(it, 'season/5/1', 'empty', {now: NOW})
    expect(it.holds()).toEqual({'episode/1': 'ready'})
  })

  test('a season has the strongest reason of its episodes', () => {
    const have = {hasFile: true, belowCutoff: true, score: 100}
    const it = planned([episode(1, have), episode(2, have), episode(3)])
    expect(it.plan.queue.get('season/5/1')?.reason).toBe('missing')
    it.library.remove('episode/3')
    it.plan.evaluate('season/5/1', NOW)
    expect(it.plan.queue.get('season/5/1')?.reason).toBe('cutoff')
  })
})
