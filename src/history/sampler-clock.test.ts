/** When the sampler looks, and when it lets old samples go. */
import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ServerView} from '#model/services.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {A, B, serverView} from './history.fixture.ts'
import {RetentionRounds, Sampler, ServerLook} from './sampler.ts'
import {HistoryStore} from './write.ts'

const midnight = Date.UTC(2026, 0, 1)

function harness() {
  const clock = new VirtualClock(midnight)
  const done: string[] = []
  const say = (what: string) => void done.push(`${(clock.now() - midnight) / 1_000} ${what}`)
  const servers: ServerView[] = []
  const turns = new TimeSlice()
  const list = () => {
    say('look')
    return servers
  }
  const retention = {
    pruneCrowded: async () => {},
    prune: async () => say('prune'),
    removeGone: async (there: ReadonlySet<string>) => say(`remove all but ${[...there].join()}`),
  }
  const sampler = new Sampler(
    new ServerLook({list}, {countsByServer: () => new Map()}, turns),
    new HistoryStore({read: async () => null as never, write: async () => null as never}),
    {look: async () => {}, write: async () => {}, close: async () => {}},
    new RetentionRounds(retention, () => new Set([A, B])),
    {clock, turns, log: {error: (about) => say(JSON.stringify(about)), info: () => {}}},
  )
  return {clock, sampler, done, servers}
}

test('it looks in the middle of every ten seconds until it is stopped', async () => {
  const {clock, sampler, done} = harness()
  await clock.advance(3_000)
  sampler.start()
  await clock.advance(27_000)
  await sampler.stop()
  await clock.advance(60_000)
  expect(done).toEqual(['5 look', '15 look', '25 look'])
})

test('old samples go once a minute, and what servers that went left once a day', async () => {
  const {clock, sampler, done, servers} = harness()
  servers.push(serverView(A, {enabled: false}))
  sampler.start()
  await clock.advance(2 * 86_400_000)
  await sampler.stop()
  const times = (what: string) => done.filter((it) => it.includes(what)).map((it) => Number(it.split(' ')[0]))
  const prunes = times('prune')
  expect(prunes.slice(0, 3)).toEqual([605, 665, 725])
  expect(prunes.length).toBeGreaterThan(2_800)
  expect(done.filter((it) => it.includes('remove')).map((it) => it.split(' ').slice(1).join(' '))).toEqual([
    // Also of those that are not looked at.
    'remove all but A,B',
    'remove all but A,B',
  ])
  expect(times('remove')).toEqual([605, 605 + 86_400])
})

test('while the clock is not steady nothing goes', async () => {
  const {clock, sampler, done} = harness()
  sampler.start()
  await clock.advance(700_000)
  clock.jump(30 * 86_400_000)
  const before = done.filter((it) => it.endsWith('prune')).length
  await clock.advance(590_000)
  expect(done.filter((it) => it.endsWith('prune'))).toHaveLength(before)
  await clock.advance(60_000)
  await sampler.stop()
  expect(done.filter((it) => it.endsWith('prune')).length).toBeGreaterThan(before)
})
