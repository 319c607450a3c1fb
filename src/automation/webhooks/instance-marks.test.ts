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
}: {known?: LastSeen['known']; observes?: boolean; owner?: Compartment} = {}) {
  const clock = new VirtualClock()
  const world = {
    mark: null as InstanceMark | null,
    fault: null as Error | null,
    /** What was written stands there, and its answer does not come. */
    isAnswerLost: false,
    asked: 0,
    active: [films],
    owner: owner as Compartment | undefined,
    url: 'http://films',
    /** It holds its answer back until this is so. */
    answers: Promise.resolve(),
    /** What was under way ends when this is so. */
    ends: Promise.resolve(),
  }
  /** For whom the database is said to be an older copy, and since when. */
  const heard: unknown[] = []
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
        if (world.isAnswerLost && world.mark !== found) throw away
        return found
      },
    },
  })
  marks.onLost(async (...it) => {
    heard.push(it)
    await world.ends
  })
  return {clock, world, marks, deeds, heard}
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
  const at = clock.now()
  marks.start()
  await clock.advance(1)
  expect([await marks.evidence, marks.isKnown, marks.otherAt(films)]).toEqual([lost, lost === null, null])
  expect(world.mark).toEqual({instance: 'we', run: 'now', at})
})

test.each([
  ['later than the database', {run: 'between', at: 2_000}, [['mia', {from: 1_000, to: 2_000}]]],
  ['of the run that the database knows', {run: 'before', at: 900}, []],
])("a mark %s on a member's Arr counts for that member alone", async (_, mark, lost) => {
  const {world, marks, clock, heard} = house({known: before, owner: asUserId('mia')})
  world.mark = {instance: 'we', ...mark}
  marks.start()
  expect(await marks.evidence).toBeNull()
  await clock.advance(1)
  expect([marks.isKnown, heard]).toEqual([false, lost])
})

const changes = [
  ['is taken away', {owner: undefined, active: []}],
  ['is one that nobody knows any more', {owner: undefined}],
  ['is of another compartment by then', {owner: asUserId('tom')}],
  ['has another address', {url: 'http://elsewhere'}],
] as const

/** It answers only after that. */
async function changedWhileSilent(owner: Compartment | undefined, mark: InstanceMark, later: object) {
  const whole = house({known: before})
  const {world, marks, clock} = whole
  world.owner = owner
  world.mark = mark
  const answer = Promise.withResolvers<void>()
  world.answers = answer.promise
  marks.start()
  await clock.advance(1)
  Object.assign(world, later)
  marks.follow()
  answer.resolve()
  await clock.advance(1)
  return whole
}

const between: InstanceMark = {instance: 'we', run: 'between', at: 2_000}
const lacking = {from: 1_000, to: 2_000}

test.each([...changes, ['is the house’s by then', {owner: null}] as const])(
  "what a member's Arr says of our database counts for that member alone when it %s before it answers",
  async (_, later) => {
    const {world, marks, clock, heard} = await changedWhileSilent(asUserId('mia'), between, later)
    // Nothing is written to where it was.
    const isElsewhere = 'active' in later || 'url' in later
    const run = isElsewhere ? 'between' : 'now'
    expect([marks.isKnown, heard, world.mark!.run]).toEqual([false, [['mia', lacking]], run])
    await clock.advance(5 * HOUR)
    expect(heard).toEqual([['mia', lacking]])
    marks.stop()
    expect(await marks.evidence).toBeNull()
  },
)

test.each([...changes, ['is a member’s by then', {owner: asUserId('mia')}] as const])(
  'what an Arr of the house says of our database counts when it %s before it answers',
  async (_, later) => {
    const {marks, heard} = await changedWhileSilent(null, between, later)
    expect([await marks.evidence, marks.isKnown, heard]).toEqual([lacking, false, [[null, lacking]]])
  },
)

test.each(changes)('nothing else counts of what an Arr says that %s before it answers', async (_, later) => {
  const known = await changedWhileSilent(null, {instance: 'we', ...before}, later)
  expect([known.marks.isKnown, known.heard]).toEqual([false, []])
  const held = await changedWhileSilent(null, {instance: 'they', run: 'theirs', at: 5}, later)
  expect([held.marks.otherAt(films), held.deeds]).toEqual([null, []])
})

test('what an Arr says that nobody knows when it is asked stays there until it is known whose word it is', async () => {
  const {world, marks, clock, heard} = await changedWhileSilent(undefined, between, {owner: asUserId('mia')})
  expect([heard, world.mark]).toEqual([[], between])
  await clock.advance(60_000)
  expect([heard, world.mark!.run]).toEqual([[['mia', lacking]], 'now'])
  marks.stop()
  expect(await marks.evidence).toBeNull()
})

test.each([
  ['the house', null, lacking, [[null, lacking]]],
  ['a member', asUserId('mia'), null, [['mia', lacking]]],
])('what an Arr of %s said counts where the answer after our write is lost', async (_, owner, lost, told) => {
  const {world, marks, clock, heard} = house({known: before, owner})
  world.mark = between
  world.isAnswerLost = true
  marks.start()
  await clock.advance(1)
  expect(world.mark.run).toBe('now')
  world.isAnswerLost = false
  await clock.advance(5 * HOUR)
  expect([await marks.evidence, heard]).toEqual([lost, told])
})

test('an Arr that had another address before it answered is looked at again, as for the first time', async () => {
  const {world, clock, heard} = await changedWhileSilent(
    asUserId('mia'),
    {instance: 'we', ...before},
    {url: 'http://elsewhere'},
  )
  expect(heard).toEqual([])
  // What stands at the other address.
  world.mark = between
  await clock.advance(60_000)
  expect(heard).toEqual([['mia', lacking]])
})

test.each([
  ['the house', null],
  ['a member', asUserId('mia')],
])('the mark on an Arr of %s is replaced only once what was under way has ended', async (_, owner) => {
  const {world, marks, clock, heard} = house({known: before, owner})
  const ended = Promise.withResolvers<void>()
  world.ends = ended.promise
  world.mark = between
  marks.start()
  await clock.advance(HOUR)
  expect([heard, world.mark]).toEqual([[[owner, lacking]], between])
  ended.resolve()
  await clock.advance(1)
  expect([heard.length, world.mark.run]).toEqual([1, 'now'])
})

test('the mark stays for the next start where this one ends before what was under way has', async () => {
  const {world, marks, clock} = house({known: before})
  world.ends = new Promise(() => undefined)
  world.mark = between
  marks.start()
  await clock.advance(1)
  marks.stop()
  await clock.advance(5 * HOUR)
  expect(world.mark).toEqual(between)
})

test.each([
  ['the house', null],
  ['a member', asUserId('mia')],
])(
  'an Arr of %s that was away for hours still tells that the database is an older copy',
  async (_, owner) => {
    const {world, marks, clock, heard} = house({known: before, owner})
    world.fault = away
    world.mark = between
    marks.start()
    await clock.advance(3 * HOUR)
    expect([await marks.evidence, heard]).toEqual([null, []])
    world.fault = null
    marks.answers(films)
    await clock.advance(1)
    expect([heard, world.mark.run]).toEqual([[[owner, lacking]], 'now'])
  },
)

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
