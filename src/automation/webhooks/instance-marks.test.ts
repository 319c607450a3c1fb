import {expect, onTestFinished, test} from 'vitest'
import type {InstanceMark} from '#arr-client/api/webhook.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {asUserId, type Compartment} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import {CommodarrError, NotSupported} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {KnownRuns, type RunBefore} from '#store/repositories/known-runs.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {plainReach} from '#model/server.ts'
import {AlertBoard} from '../alerts/active-alerts.ts'
import {InstanceMarks} from './instance-marks.ts'

const films = asArrId('Radarr')
const HOUR = 3_600_000

function newWorld(owner: Compartment | undefined) {
  return {
    clock: new VirtualClock(),
    mark: null as InstanceMark | null,
    /** By the address of another Arr. */
    marks: {} as Record<string, InstanceMark | null>,
    fault: null as Error | null,
    /** What was written stands there, and its answer does not come. */
    isAnswerLost: false,
    asked: 0,
    keys: [] as string[],
    active: [films],
    owner,
    url: 'http://films',
    key: 'key',
    observes: false,
    /** It holds its answer back until this is so. */
    answers: Promise.resolve(),
    /** What was under way ends when this is so. */
    ends: Promise.resolve(),
  }
}

interface RunOptions {
  readonly known?: RunBefore | null
  readonly run?: string
  readonly observes?: boolean
  readonly owner?: Compartment | undefined
  readonly world?: ReturnType<typeof newWorld>
  readonly store?: Store
}

async function emptyStore(): Promise<Store> {
  const store = await Store.sqlite(':memory:')
  onTestFinished(() => store.close())
  return store
}

/** One run of the program, with one Arr, and what stands there. */
async function harness({
  known = null,
  run = 'now',
  observes = false,
  owner = null,
  ...others
}: RunOptions = {}) {
  const {world = newWorld(owner), store = await emptyStore()} = others
  const {clock} = world
  world.observes = observes
  const runs = await KnownRuns.open(store, known)
  /** For whom the database is said to be an older copy, and since when. */
  const heard: unknown[] = []
  const auditEntries: string[] = []
  const log = {error: () => undefined, warn: () => undefined}
  const write = async (entries: readonly JournalEntry[]) =>
    void auditEntries.push(...entries.map(({verb, phase}) => `${verb} ${phase}`))
  const marks = new InstanceMarks({
    clock,
    log,
    random: () => 1,
    board: new AlertBoard(clock, log, write),
    ours: {instance: 'we', run, runs},
    arrs: {
      active: () => world.active.map((id) => ({id})),
      nameOf: (id) => id,
      wayTo: (id) => ({
        url: id === films ? world.url : `http://${id}`,
        apiKey: new Secret(world.key),
        skipVerify: false,
        reach: plainReach.anywhere,
      }),
    },
    compartmentOf: () => world.owner,
    observes: () => world.observes,
    seenNow: () => store.write((db) => runs.put(db, run, clock.now())),
    note: async ({verb}) => void auditEntries.push(verb),
    asker: {
      async mark({url, apiKey}, wanted) {
        world.asked++
        world.keys.push(apiKey.reveal())
        await world.answers
        if (world.fault) throw world.fault
        const isOther = url in world.marks
        const found = isOther ? world.marks[url]! : world.mark
        const written = await wanted(found)
        if (written !== null && isOther) world.marks[url] = written
        else if (written !== null) world.mark = written
        if (world.isAnswerLost && written !== null) throw away
        return found
      },
    },
  })
  marks.onChanged(() => void auditEntries.push('changed'))
  marks.onLost(async (whose, lost) => {
    heard.push([whose, lost])
    await world.ends
    await runs.noteEnded(whose, lost, clock.now())
  })
  return {clock, world, store, marks, auditEntries, heard}
}

const before = {run: 'before', at: 1_000}
const away = new CommodarrError('server_unreachable', 'It does not answer.')

test('an Arr that is not managed is marked once, and then in each run and every two hours', async () => {
  const {clock, world, marks, auditEntries: entries} = await harness()
  marks.start()
  expect(await marks.evidence).toBeNull()
  expect(world.mark).toEqual({instance: 'we', run: 'now', at: clock.now()})
  await clock.advance(5 * HOUR)
  expect([world.asked, world.mark!.at > clock.now() - 2 * HOUR]).toEqual([3, true])
  expect(entries).toEqual(['mark-arr'])
})

test.each([
  ['of the run before, as it was left', {run: 'before', at: 900}, null],
  ['of the run before, later than a database that lost its last moments', {run: 'before', at: 60_000}, null],
  [
    'of the run before, hours later than the database',
    {run: 'before', at: HOUR},
    {from: 1_000, to: HOUR, run: 'before'},
  ],
  [
    'of a run that the database does not know',
    {run: 'between', at: 2_000},
    {from: 1_000, to: 2_000, run: 'between'},
  ],
  ['of an earlier run, as it was away since', {run: 'once', at: 500}, null],
])('a mark of ours %s', async (_, mark, lost) => {
  const {clock, world, marks} = await harness({known: before})
  world.mark = {instance: 'we', ...mark}
  const at = clock.now()
  marks.start()
  await clock.advance(1)
  expect([await marks.evidence, marks.isKnown, marks.otherAt(films)]).toEqual([lost, lost === null, null])
  expect(world.mark).toEqual({instance: 'we', run: 'now', at})
})

test.each([
  [
    'later than the database',
    {run: 'between', at: 2_000},
    [['mia', {from: 1_000, to: 2_000, run: 'between'}]],
  ],
  ['of the run that the database knows', {run: 'before', at: 900}, []],
])("a mark %s on a member's Arr counts for that member alone", async (_, mark, lost) => {
  const {world, marks, clock, heard} = await harness({known: before, owner: asUserId('mia')})
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
  const whole = await harness({known: before})
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
const lacking = {from: 1_000, to: 2_000, run: 'between'}

test.each([
  ...changes.map(([what, later]) => [what, later, []] as const),
  ['is the house’s by then', {owner: null}, [[null, lacking]]],
] as const)(
  "what a member's Arr says of our database counts for that member alone when it %s before it answers",
  async (_, later, heardLater) => {
    const {world, marks, clock, heard} = await changedWhileSilent(asUserId('mia'), between, later)
    // It stays there for whose it is by now.
    expect([marks.isKnown, heard, world.mark]).toEqual([false, [['mia', lacking]], between])
    await clock.advance(5 * HOUR)
    const others = 'owner' in later && later.owner === 'tom' ? [['tom', lacking]] : heardLater
    expect(heard).toEqual([['mia', lacking], ...others])
    expect(world.mark!.run).toBe(world.owner === undefined ? 'between' : 'now')
  },
)

test.each([...changes, ['is a member’s by then', {owner: asUserId('mia')}] as const])(
  'what an Arr of the instance says of our database counts when it %s before it answers',
  async (_, later) => {
    const {marks, heard} = await changedWhileSilent(null, between, later)
    expect([await marks.evidence, marks.isKnown, heard]).toEqual([lacking, false, [[null, lacking]]])
  },
)

test.each(changes)('nothing else counts of what an Arr says that %s before it answers', async (_, later) => {
  const known = await changedWhileSilent(null, {instance: 'we', ...before}, later)
  expect([known.marks.isKnown, known.heard]).toEqual([false, []])
  const held = await changedWhileSilent(null, {instance: 'they', run: 'theirs', at: 5}, later)
  expect([held.marks.otherAt(films), held.auditEntries]).toEqual([null, []])
})

test('what an Arr says that is unknown when it is asked stays there until it is known whose word it is', async () => {
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
])(
  'what an Arr of %s said counts where the answer after our write is lost',
  async (_, owner, lost, reported) => {
    const {world, marks, clock, heard} = await harness({known: before, owner})
    world.mark = between
    world.isAnswerLost = true
    marks.start()
    await clock.advance(1)
    expect(world.mark.run).toBe('now')
    world.isAnswerLost = false
    await clock.advance(5 * HOUR)
    expect([await marks.evidence, heard]).toEqual([lost, reported])
  },
)

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
  const {world, marks, clock, heard} = await harness({known: before, owner})
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
  const {world, marks, clock} = await harness({known: before})
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
])('an Arr of %s that was away for hours still says that the database is an older copy', async (_, owner) => {
  const {world, marks, clock, heard} = await harness({known: before, owner})
  world.fault = away
  world.mark = between
  marks.start()
  await clock.advance(3 * HOUR)
  expect([await marks.evidence, heard]).toEqual([null, []])
  world.fault = null
  marks.answers(films)
  await clock.advance(1)
  expect([heard, world.mark.run]).toEqual([[[owner, lacking]], 'now'])
})

test('nothing waits for a member’s Arr that does not answer', async () => {
  const {world, marks} = await harness({known: before, owner: asUserId('mia')})
  world.fault = away
  marks.start()
  expect(await marks.evidence).toBeNull()
})

test('a new database takes no mark for its own, and overwrites none', async () => {
  const {world, marks, auditEntries: entries} = await harness()
  world.mark = {instance: 'they', run: 'theirs', at: 5}
  marks.start()
  expect([await marks.evidence, marks.isKnown]).toEqual([null, false])
  expect(marks.otherAt(films)).toEqual({instance: 'they', at: 5, isCopy: false})
  expect(world.mark.instance).toBe('they')
  expect(entries).toEqual(['freeze blocked', 'changed'])
})

test('it ends when the other one took its mark away, the Arr is not here any more, or a person says so', async () => {
  const {clock, world, marks, auditEntries: entries} = await harness()
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
  expect(entries.filter((it) => it !== 'changed')).toEqual([
    'freeze blocked',
    'mark-arr',
    'freeze undone',
    'freeze blocked',
    'take-over',
    'freeze undone',
  ])
})

test('who only observes writes nothing, and still finds another one', async () => {
  const {world, marks} = await harness({observes: true})
  marks.start()
  expect([await marks.evidence, world.mark]).toEqual([null, null])
})

test('an Arr that is away holds nothing up for longer than a minute, and is asked when it answers', async () => {
  const {clock, world, marks} = await harness({known: before})
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

test('an app that has no webhooks is managed anyway', async () => {
  const {world, marks} = await harness({known: before})
  world.fault = new NotSupported('This app has no webhooks.')
  marks.start()
  expect([await marks.evidence, marks.otherAt(films)]).toEqual([null, null])
})

/** The next run on the same database, and all else as it is. */
function next({world, store}: Awaited<ReturnType<typeof harness>>, run: string, former: string) {
  return harness({world, store, run, known: {run: former, at: world.clock.now()}})
}

test.each([
  ['the house', null],
  ['a member', asUserId('mia')],
])('a mark on an Arr of %s that was away in the first run is believed in the next one', async (_, owner) => {
  const first = await harness({known: before, owner})
  const {world, clock} = first
  world.fault = away
  world.mark = between
  first.marks.start()
  await clock.advance(5 * HOUR)
  first.marks.stop()
  world.fault = null
  const second = await next(first, 'second', 'now')
  second.marks.start()
  await clock.advance(1)
  expect([first.heard, second.heard]).toEqual([[], [[owner, lacking]]])
  expect(world.mark.run).toBe('second')
})

test.each([
  ['the house', null],
  ['a member', asUserId('mia')],
])(
  'what a mark on an Arr of %s ends is ended by the next run where this one dies before',
  async (_, owner) => {
    const first = await harness({known: before, owner})
    const {world, clock} = first
    world.ends = new Promise(() => undefined)
    world.mark = between
    first.marks.start()
    await clock.advance(5 * HOUR)
    // It is killed: nothing of it goes on.
    first.marks.stop()
    world.ends = Promise.resolve()
    const second = await next(first, 'second', 'now')
    second.marks.start()
    await clock.advance(1)
    expect([first.heard, second.heard]).toEqual([[[owner, lacking]], [[owner, lacking]]])
    expect(world.mark.run).toBe('second')
  },
)

test('what has ended is not ended again where the program dies before its mark is written', async () => {
  const first = await harness({known: before})
  const {world, clock} = first
  world.mark = between
  world.observes = true
  first.marks.start()
  await clock.advance(5 * HOUR)
  expect([first.heard, world.mark]).toEqual([[[null, lacking]], between])
  first.marks.stop()
  const second = await next(first, 'second', 'now')
  second.marks.start()
  await clock.advance(1)
  expect([second.heard, await second.marks.evidence, world.mark.run]).toEqual([[], null, 'second'])
})

test('two Arrs with different marks each have theirs replaced, whether in this run or the next', async () => {
  const later: InstanceMark = {instance: 'we', run: 'later', at: 5_000}
  const last: InstanceMark = {instance: 'we', run: 'last', at: 9_000}
  const first = await harness({known: before})
  const {world, clock} = first
  world.active = [films, asArrId('Sonarr'), asArrId('Lidarr')]
  world.mark = between
  world.marks = {'http://Sonarr': later, 'http://Lidarr': last}
  first.marks.start()
  await clock.advance(1)
  expect(first.heard).toHaveLength(3)
  expect([world.mark, ...Object.values(world.marks)].map((it) => it!.run)).toEqual(['now', 'now', 'now'])
  first.marks.stop()
  world.marks['http://Lidarr'] = last
  const second = await next(first, 'second', 'now')
  second.marks.start()
  await clock.advance(1)
  expect([second.heard, world.marks['http://Lidarr'].run]).toEqual([[], 'second'])
})

test.each([
  ['a mark that was replaced when its lost time had ended', between],
  ['one of a run before', {instance: 'we', ...before}],
  ['one of before the list of runs', {instance: 'we', run: 'once', at: 900}],
])('an Arr that was itself restored to %s is no evidence', async (_, old) => {
  const first = await harness({known: before})
  const {world, clock} = first
  world.mark = between
  first.marks.start()
  await clock.advance(5 * HOUR)
  expect([first.heard.length, world.mark.run]).toEqual([1, 'now'])
  world.mark = old
  await clock.advance(5 * HOUR)
  expect([first.heard.length, world.mark.run]).toEqual([1, 'now'])
  first.marks.stop()
  world.mark = old
  const second = await next(first, 'second', 'now')
  second.marks.start()
  await clock.advance(1)
  expect([second.heard, world.mark.run]).toEqual([[], 'second'])
})

test('an Arr that was restored to a mark of a former run is not held, also where the clock was set back since', async () => {
  const {world, clock, marks} = await harness({
    known: {run: 'before', at: new VirtualClock().now() + 9 * HOUR},
  })
  marks.start()
  await clock.advance(HOUR)
  world.mark = {instance: 'we', run: 'before', at: clock.now() + 8 * HOUR}
  await clock.advance(2 * HOUR)
  expect([marks.otherAt(films), world.mark.run]).toEqual([null, 'now'])
})

test('a copy that manages the Arr is no evidence for the next run', async () => {
  const first = await harness({known: before})
  const {world, clock} = first
  first.marks.start()
  await clock.advance(HOUR)
  world.mark = {instance: 'we', run: 'copy', at: clock.now()}
  await clock.advance(5 * HOUR)
  expect(first.marks.otherAt(films)).toMatchObject({isCopy: true})
  first.marks.stop()
  world.mark = {instance: 'we', run: 'copy', at: clock.now() + HOUR}
  const second = await next(first, 'second', 'now')
  second.marks.start()
  await clock.advance(1)
  expect([first.heard, second.heard, await second.marks.evidence]).toEqual([[], [], null])
})

/** What a mark ends takes a while, in which the Arr changes. */
async function changedWhileEnding(owner: Compartment, later: object) {
  const whole = await harness({known: before, owner})
  const {world, marks, clock} = whole
  const ended = Promise.withResolvers<void>()
  world.ends = ended.promise
  world.mark = between
  marks.start()
  await clock.advance(HOUR)
  Object.assign(world, later)
  ended.resolve()
  await clock.advance(1)
  return whole
}

test.each([
  ['the house', null],
  ['another member', asUserId('tom')],
])('a mark that ended what a member has stays for %s when the Arr is theirs by then', async (_, owner) => {
  const {world, clock, heard} = await changedWhileEnding(asUserId('mia'), {owner})
  expect([heard, world.mark]).toEqual([[['mia', lacking]], between])
  await clock.advance(2 * 60_000)
  expect(heard).toEqual([
    ['mia', lacking],
    [owner, lacking],
  ])
  expect(world.mark!.run).toBe('now')
})

test('what is written when all has ended is sent with the key of then', async () => {
  const {world} = await changedWhileEnding(null, {key: 'new key'})
  expect([world.keys, world.mark!.run]).toEqual([['key', 'new key'], 'now'])
})

const ada = {
  actor: {name: 'ada', userId: null, address: null, origin: 'user'},
  access: null as never,
} as const

/** Another Commodarr manages the Arr; a person says that it is gone when this is so. */
async function takenOverWhen(change: (world: ReturnType<typeof newWorld>) => void) {
  const whole = await harness({known: before})
  const {world, marks, clock, auditEntries: entries} = whole
  world.mark = {instance: 'they', run: 'theirs', at: 5}
  marks.start()
  await clock.advance(HOUR)
  expect(marks.otherAt(films)).not.toBeNull()
  entries.length = 0
  change(world)
  const answer = await marks.takeOver(ada, films).then(
    () => null,
    (error: unknown) => (error as CommodarrError).code,
  )
  return {...whole, answer}
}

test('an Arr whose mark shows a lost time by then is not taken over before what that ends has ended', async () => {
  const ended = Promise.withResolvers<void>()
  const {
    world,
    marks,
    clock,
    auditEntries: entries,
    heard,
    answer,
  } = await takenOverWhen((it) => {
    it.mark = between
    it.ends = ended.promise
  })
  await clock.advance(HOUR)
  expect([answer, heard[0], world.mark, entries]).toEqual(['changed_meanwhile', [null, lacking], between, []])
  expect(marks.otherAt(films)).not.toBeNull()
  ended.resolve()
  await clock.advance(1)
  expect([marks.otherAt(films), world.mark!.run, entries]).toEqual([
    null,
    'now',
    ['freeze undone', 'changed'],
  ])
})

test.each([
  ['is only observed', {observes: true}],
  ['belongs to no one who is known', {owner: undefined}],
])('an Arr that %s is not taken over, and the journal has nothing of it', async (_, later) => {
  const {
    world,
    marks,
    auditEntries: entries,
    answer,
  } = await takenOverWhen((it) => void Object.assign(it, later))
  expect([answer, world.mark!.instance, entries]).toEqual(['arr_not_ready', 'they', []])
  expect(marks.otherAt(films)).not.toBeNull()
})
