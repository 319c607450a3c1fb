import {expect, test} from 'vitest'
import type {InstanceMark} from '#arr-client/api/webhook.ts'
import {asUserId, type Compartment} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import {CommodarrError, NotSupported} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {LastSeen} from '#store/last-seen.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {plainReach} from '#model/server.ts'
import {AlertBoard} from '../alerts/active-alerts.ts'
import {InstanceMarks} from './instance-marks.ts'

const films = asArrId('Radarr')
const HOUR = 3_600_000

/** One Arr, and what stands there. */
function house({
  known = null,
  observes = false,
  owner = null,
}: {known?: LastSeen['known']; observes?: boolean; owner?: Compartment | undefined} = {}) {
  const clock = new VirtualClock()
  const world = {
    mark: null as InstanceMark | null,
    fault: null as Error | null,
    asked: 0,
    active: [films],
    owner,
    url: 'http://films',
    /** It holds its answer back until this is so. */
    answers: Promise.resolve(),
  }
  const deeds: string[] = []
  const log = {error: () => undefined, warn: () => undefined}
  const marks = new InstanceMarks({
    clock,
    log,
    random: () => 1,
    board: new AlertBoard(),
    ours: {instance: 'we', run: 'now', known},
    active: () => world.active,
    nameOf: (id) => id,
    compartmentOf: () => world.owner,
    wayTo: () => ({url: world.url, apiKey: new Secret('key'), skipVerify: false, reach: plainReach.anywhere}),
    observes: () => observes,
    seenNow: async () => undefined,
    note: async ({verb}) => void deeds.push(verb),
    write: async (entries) => void deeds.push(...entries.map(({verb, phase}) => `${verb} ${phase}`)),
    changed: () => void deeds.push('changed'),
    asker: {
      async mark(_way, wanted) {
        world.asked++
        await world.answers
        if (world.fault) throw world.fault
        const found = world.mark
        world.mark = (await wanted(found)) ?? found
        return found
      },
    },
  })
  return {clock, world, marks, deeds}
}

const before = {run: 'before', at: 1_000}
const away = new CommodarrError('server_unreachable', 'It does not answer.')

test('an Arr that nobody looks after is marked once, and then in each run and every two hours', async () => {
  const {clock, world, marks, deeds} = house()
  marks.start()
  expect(await marks.evidence).toBeNull()
  expect(world.mark).toEqual({instance: 'we', run: 'now', at: clock.now()})
  await clock.advance(5 * HOUR)
  expect([world.asked, world.mark!.at > clock.now() - 2 * HOUR]).toEqual([3, true])
  expect(deeds).toEqual(['mark-arr'])
})

test.each([
  ['of the run before, as it was left', {run: 'before', at: 900}, null],
  ['of the run before, later than a database that lost its last moments', {run: 'before', at: 60_000}, null],
  ['of the run before, hours later than the database', {run: 'before', at: HOUR}, {from: 1_000, to: HOUR}],
  ['of a run that the database does not know', {run: 'between', at: 2_000}, {from: 1_000, to: 2_000}],
  ['of an earlier run, as it was away since', {run: 'once', at: 500}, null],
])('a mark of ours %s', async (_, mark, lost) => {
  const {clock, world, marks} = house({known: before})
  world.mark = {instance: 'we', ...mark}
  marks.start()
  expect([await marks.evidence, marks.isKnown, marks.otherAt(films)]).toEqual([lost, lost === null, null])
  expect(world.mark).toEqual({instance: 'we', run: 'now', at: clock.now()})
})

test.each([
  ['later than the database', {run: 'between', at: 2_000}, [['mia', {from: 1_000, to: 2_000}]]],
  ['of the run that the database knows', {run: 'before', at: 900}, []],
])("a mark %s on a member's Arr counts for that member alone", async (_, mark, lost) => {
  const {world, marks, clock} = house({known: before, owner: asUserId('mia')})
  world.mark = {instance: 'we', ...mark}
  const heard: unknown[] = []
  marks.onMemberLost((...it) => heard.push(it))
  marks.start()
  expect(await marks.evidence).toBeNull()
  await clock.advance(1)
  expect([marks.isKnown, heard]).toEqual([false, lost])
})

test.each([
  ['is taken away', {owner: undefined, active: []}],
  ['is one that nobody knows any more', {owner: undefined}],
  ['is the house’s by then', {owner: null}],
  ['has another address', {url: 'http://elsewhere'}],
] as const)("what a member's Arr says counts for nobody when it %s before it answers", async (_, later) => {
  const mia = asUserId('mia')
  const {world, marks, clock} = house({known: before, owner: mia})
  world.mark = {instance: 'we', run: 'between', at: 2_000}
  const answer = Promise.withResolvers<void>()
  world.answers = answer.promise
  const heard: unknown[] = []
  marks.onMemberLost((...it) => heard.push(it))
  marks.start()
  await clock.advance(1)
  Object.assign(world, later)
  marks.follow()
  answer.resolve()
  await clock.advance(1)
  expect([marks.isKnown, heard, marks.otherAt(films)]).toEqual([false, [], null])
  marks.stop()
  expect(await marks.evidence).toBeNull()
})

test('an Arr that had another address before it answered is looked at again, as for the first time', async () => {
  const {world, marks, clock} = house({known: before, owner: asUserId('mia')})
  const heard: unknown[] = []
  marks.onMemberLost((...it) => heard.push(it))
  const answer = Promise.withResolvers<void>()
  world.answers = answer.promise
  marks.start()
  await clock.advance(1)
  world.url = 'http://elsewhere'
  answer.resolve()
  await clock.advance(1)
  world.mark = {instance: 'we', run: 'between', at: 2_000}
  await clock.advance(60_000)
  expect(heard).toEqual([['mia', {from: 1_000, to: 2_000}]])
})

test("nobody waits for a member's Arr that does not answer", async () => {
  const {world, marks} = house({known: before, owner: asUserId('mia')})
  world.fault = away
  marks.start()
  expect(await marks.evidence).toBeNull()
})

test('a new database takes no mark for its own, and overwrites none', async () => {
  const {world, marks, deeds} = house()
  world.mark = {instance: 'they', run: 'theirs', at: 5}
  marks.start()
  expect([await marks.evidence, marks.isKnown]).toEqual([null, false])
  expect(marks.otherAt(films)).toEqual({instance: 'they', at: 5, isCopy: false})
  expect(world.mark.instance).toBe('they')
  expect(deeds).toEqual(['freeze blocked', 'changed'])
})

test('it ends when the other one took its mark away, the Arr is not here any more, or a person says so', async () => {
  const {clock, world, marks, deeds} = house()
  world.mark = {instance: 'they', run: 'theirs', at: 5}
  marks.start()
  await marks.evidence
  world.mark = null
  await clock.advance(2 * HOUR)
  expect([marks.otherAt(films), world.mark!.instance]).toEqual([null, 'we'])
  world.mark = {instance: 'they', run: 'theirs', at: clock.now()}
  await clock.advance(2 * HOUR)
  expect(marks.otherAt(films)).not.toBeNull()
  world.fault = away
  const actor = {name: 'ada', userId: null, address: null, origin: 'user'} as const
  await expect(marks.takeOver({actor, access: null as never}, films)).rejects.toThrow(away)
  expect(marks.otherAt(films)).not.toBeNull()
  world.fault = null
  await marks.takeOver({actor, access: null as never}, films)
  expect([marks.otherAt(films), world.mark.instance]).toEqual([null, 'we'])
  expect(deeds.filter((it) => it !== 'changed')).toEqual([
    'freeze blocked',
    'mark-arr',
    'freeze undone',
    'freeze blocked',
    'take-over',
    'take-over',
    'freeze undone',
  ])
})

test('who only observes writes nothing, and still finds another one', async () => {
  const {world, marks} = house({observes: true})
  marks.start()
  expect([await marks.evidence, world.mark]).toEqual([null, null])
})

test('an Arr that is away holds nothing up for longer than a minute, and is asked when it answers', async () => {
  const {clock, world, marks} = house({known: before})
  world.fault = away
  marks.start()
  await clock.advance(60_000)
  expect([await marks.evidence, marks.isKnown]).toEqual([null, false])
  world.fault = null
  const {asked} = world
  marks.answers(films)
  await clock.advance(1)
  expect([world.asked, world.mark?.run]).toEqual([asked + 1, 'now'])
})

test('an app that has no webhooks is looked after all the same', async () => {
  const {world, marks} = house({known: before})
  world.fault = new NotSupported('This app has no webhooks.')
  marks.start()
  expect([await marks.evidence, marks.otherAt(films)]).toEqual([null, null])
})
