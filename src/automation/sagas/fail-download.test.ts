import {setImmediate as nextTurn} from 'node:timers/promises'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import type {Decision} from '#model/decision.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import {failHarness, type Kill} from './fail-harness.fixture.ts'

type Harness = Awaited<ReturnType<typeof failHarness>>

function whatCame({world, unfinished}: Harness) {
  const {blocklists, searches, arrSearches, isThere, removals} = world
  return {blocklists, searches, arrSearches, isThere, removals, left: unfinished().length}
}

const allDone = {blocklists: [true], searches: 1, arrSearches: 0, isThere: false, removals: 1, left: 0}

test('blocklisted, proven, removed, gone, and searched once by us', async () => {
  const harness = await failHarness()
  await harness.begin()
  await harness.run()
  expect([whatCame(harness), harness.world.ended]).toEqual([allDone, ['done']])
  // The Arr says something else of it since it was blocklisted.
  expect(harness.world.removed[0]!.preconditions).toEqual([])
  const actor = {name: 'Stalled', origin: 'rule'}
  const about = {id: 's1', verb: 'failDownload', subject: 'torrent', name: 'Film', actor}
  expect(harness.world.journal).toMatchObject([
    {...about, phase: 'sent', args: {step: 'blocklist'}, decided: {ruleRevision: 1}},
    {...about, phase: 'sent', args: {step: 'proof'}, message: expect.stringContaining('removed next')},
    {...about, phase: 'confirmed', args: {isGrabbed: true, outcome: 'done'}},
  ])
  expect(harness.world.journal.filter(({decided}) => decided)).toHaveLength(1)
  expect(harness.world.said).toEqual([`Commodarr: Stalled (${harness.world.decision.reason}).`])
})

const seen: Decision['preconditions'] = [
  ...([
    {fact: 'category', value: 'films'},
    {fact: 'state', value: 'downloading'},
    {fact: 'progress', value: 0.2},
    {fact: 'complete', value: false},
    {fact: 'server.epoch', value: '1'},
    {fact: 'arr.tracked', value: 'downloading'},
  ] as const),
]

test.each([
  ['stalled: unless it came in after all', {reason: 'stalled'}, {}, ['category', 'complete']],
  ['what is in it is no good: also when it came in', {reason: 'nothingWanted'}, {}, ['category']],
  ['no blocklist: as it was decided on', {}, {blocklist: false}, seen.map(({fact}) => fact)],
  ['not grabbed: as it was decided on', {}, 'not grabbed', seen.map(({fact}) => fact)],
] as const)('what is blocklisted goes, however far it is by then; %s', async (_, why, how, standsOn) => {
  const harness = await failHarness()
  harness.world.decision = {...harness.world.decision, ...why, preconditions: seen}
  if (how === 'not grabbed') harness.world.grab = null
  await harness.begin(how === 'not grabbed' ? {} : how)
  await harness.run()
  expect(harness.world.removed[0]!.preconditions.map(({fact}) => fact)).toEqual(standsOn)
})

test('a step that fails is reported once, with its torrent and why, until it is something else', async () => {
  const harness = await failHarness()
  // The blocklist fails thrice, each time after the history was asked.
  harness.world.fault = (n) => ([2, 4, 6].includes(n) ? 'before' : null)
  await harness.begin()
  await harness.run()
  expect(whatCame(harness)).toEqual(allDone)
  const reported = harness.world.journal.map(({phase, code, args}) => [
    phase,
    code,
    (args as {step: string}).step,
  ])
  expect(reported).toEqual([
    ['blocked', 'server_failed', 'blocklist'],
    ['sent', undefined, 'blocklist'],
    ['sent', undefined, 'proof'],
    ['confirmed', undefined, 'search'],
  ])
  expect(harness.world.journal[0]).toMatchObject({
    name: 'Film',
    actor: {name: 'Stalled', origin: 'rule'},
    message: expect.stringContaining('tried again'),
  })
  expect(harness.world.held).toEqual(['server_failed', 'server_failed', 'server_failed'])
})

test('an Arr that searches alone is let, and we do not', async () => {
  const harness = await failHarness()
  harness.world.grab = {...harness.world.grab!, searchesItself: true}
  await harness.begin()
  await harness.run()
  expect(whatCame(harness)).toEqual({...allDone, blocklists: [false], searches: 0, arrSearches: 1})
})

test('no search is wanted: neither we nor the Arr searches', async () => {
  const harness = await failHarness()
  harness.world.grab = {...harness.world.grab!, searchesItself: true}
  await harness.begin({search: false})
  await harness.run()
  expect(whatCame(harness)).toEqual({...allDone, searches: 0})
})

test('what its Arr grabbed and does not know any more stays, unless a person wants it gone', async () => {
  const harness = await failHarness()
  Object.assign(harness.world, {grab: null, wasGrabbed: true})
  await harness.begin()
  await harness.run()
  expect(whatCame(harness)).toEqual({...allDone, blocklists: [], searches: 0, isThere: true, removals: 0})
  expect(harness.world.ended).toEqual(['grab_forgotten'])
  expect(harness.world.journal.at(-1)).toMatchObject({
    phase: 'failed',
    code: 'grab_forgotten',
    message: expect.stringContaining('it was restored'),
  })
  const moved = await failHarness()
  Object.assign(moved.world, {grab: null, wasGrabbed: true})
  moved.world.decision = {...moved.world.decision, reason: 'failedCategory'}
  await moved.begin()
  await moved.run()
  expect([moved.world.ended, moved.world.isThere]).toEqual([['done_not_grabbed'], false])
})

test('without a blocklist nothing is sent to the Arr, and we search', async () => {
  const harness = await failHarness()
  harness.world.grab = {...harness.world.grab!, searchesItself: true}
  await harness.begin({blocklist: false})
  await harness.run()
  expect(whatCame(harness)).toEqual({...allDone, blocklists: []})
})

test('what the Arr did not grab is removed alone, and that is said', async () => {
  const harness = await failHarness()
  harness.world.grab = null
  await harness.begin()
  await harness.run()
  expect(whatCame(harness)).toEqual({...allDone, blocklists: [], searches: 0})
  expect(harness.world.ended).toEqual(['done_not_grabbed'])
  expect(harness.world.journal.at(-1)).toMatchObject({
    phase: 'confirmed',
    args: {isGrabbed: false, outcome: 'done_not_grabbed'},
    message: expect.stringContaining('neither blocklisted nor searched again: it was only removed'),
  })
})

test('S28 a pack that is in the library in part is not given up', async () => {
  const harness = await failHarness()
  harness.world.grab = {...harness.world.grab!, isImportedInPart: true}
  await harness.begin()
  await harness.run()
  expect(whatCame(harness)).toEqual({...allDone, blocklists: [], searches: 0, isThere: true, removals: 0})
  expect(harness.world.ended).toEqual(['imported_in_part'])
})

test('without a proof in the history nothing is removed, and its Arr is asked for it ever more seldom', async () => {
  const harness = await failHarness()
  let questions = 0
  harness.world.proves = false
  harness.world.fault = (_, what) => {
    if (what === 'isFailed') questions++
    return null
  }
  await harness.begin()
  await harness.run(1_000)
  expect(whatCame(harness)).toEqual({...allDone, searches: 0, isThere: true, removals: 0})
  expect(harness.world.ended).toEqual(['blocklist_not_proven'])
  expect(harness.world.journal).toMatchObject([
    {phase: 'sent'},
    {phase: 'failed', code: 'blocklist_not_proven', message: 'It stopped at its step proof.'},
  ])
  expect(questions).toBeLessThanOrEqual(20)
})

test.each(['look', 'blocklist'] as const)(
  'S33 while its Arr fails at its step %s, what is not wanted any more ends, and nothing is sent to its Arr',
  async (step) => {
    const harness = await failHarness()
    const first = step === 'look' ? 0 : 1
    harness.world.fault = (n) => (n >= first ? 'before' : null)
    await harness.begin()
    await harness.run(100)
    harness.world.lastLook = {is: 'over', why: 'changed:state'}
    harness.world.fault = () => null
    await harness.run(100)
    expect(whatCame(harness)).toEqual({...allDone, blocklists: [], searches: 0, isThere: true, removals: 0})
    expect(harness.world.ended).toEqual(['not_wanted'])
    expect(harness.world.journal.at(-1)).toMatchObject({
      phase: 'failed',
      code: 'not_wanted',
      message: 'It stopped at its step blocklist. changed:state',
    })
    // Nothing was done that somebody would have to be asked about.
    expect(harness.world.changed).toEqual([])
  },
)

test('S33 what cannot be evaluated now waits, with the reason; when it can be evaluated it goes on', async () => {
  const harness = await failHarness()
  harness.world.lastLook = {
    is: 'later',
    why: {code: 'server_not_online', message: 'Its server has to answer.'},
    isCostly: false,
  }
  await harness.begin()
  await harness.run(100)
  expect([whatCame(harness).blocklists, harness.world.held.at(-1)]).toEqual([[], 'server_not_online'])
  harness.world.lastLook = {is: 'wanted'}
  await harness.run(100)
  expect(harness.world.ended).toEqual(['done'])
})

test.each(['look', 'blocklist'] as const)(
  'S33 an Arr that is unreachable for six hours is not asked at all (%s)',
  async (step) => {
    const harness = await failHarness()
    const first = step === 'look' ? 0 : 1
    harness.world.fault = (n) => (n >= first ? 'before' : null)
    await harness.begin()
    await harness.run(6 * 360 - 40)
    expect(harness.world.ended).toEqual([])
    harness.world.fault = () => null
    harness.world.lastLook = {is: 'later', why: {code: 'x', message: ''}, isCostly: false}
    await harness.run(100)
    expect([whatCame(harness).blocklists, harness.world.ended]).toEqual([[], ['expired']])
  },
)

test('S33 what its Arr has blocklisted goes on, whatever its rule says by then', async () => {
  const harness = await failHarness()
  harness.world.fault = (_n, what) => {
    if (what !== 'blocklist') return null
    harness.world.lastLook = {is: 'over', why: 'changed:state'}
    return 'after'
  }
  await harness.begin()
  await harness.run()
  expect([harness.world.ended, harness.world.lastLooks]).toEqual([['done'], 1])
})

test('S52 what failed there without a command of ours is looked at first: a person may have taken it', async () => {
  const harness = await failHarness()
  harness.world.isFailed = true
  harness.world.lastLook = {is: 'over', why: 'A person had its Arr blocklist it.'}
  await harness.begin()
  await harness.run()
  expect([harness.world.ended, whatCame(harness).isThere, harness.world.blocklists]).toEqual([
    ['not_wanted'],
    true,
    [],
  ])
})

test('S52 what its Arr failed itself goes on without another command, as long as its rule wants it', async () => {
  const harness = await failHarness()
  harness.world.isFailed = true
  await harness.begin()
  await harness.run()
  expect([harness.world.ended, whatCame(harness).isThere, harness.world.blocklists]).toEqual([
    ['done'],
    false,
    [],
  ])
})

test('S33 six hours count from its begin, however they are shared between the steps', async () => {
  const harness = await failHarness()
  harness.world.fault = () => 'before'
  await harness.begin()
  await harness.run(5 * 360)
  harness.world.fault = (_n, what) => (what === 'grab' ? null : 'before')
  await harness.run(180)
  expect(harness.world.ended).toEqual([])
  await harness.run(360)
  expect([harness.world.ended, harness.world.blocklists, whatCame(harness).isThere]).toEqual([
    ['expired'],
    [],
    true,
  ])
})

test('what its server does not list any more is not blocklisted until it does, and then once', async () => {
  const harness = await failHarness()
  harness.world.isAway = true
  await harness.begin()
  await harness.run(360)
  expect(whatCame(harness).blocklists).toEqual([])
  harness.world.isAway = false
  await harness.run()
  expect([whatCame(harness).blocklists.length, whatCame(harness).isThere, harness.world.ended]).toEqual([
    1,
    false,
    ['done'],
  ])
})

test('what the guards keep is not searched', async () => {
  const harness = await failHarness()
  harness.world.verdict = {outcome: 'blocked', code: 'kept', message: 'Take the tag away.'}
  await harness.begin()
  await harness.run()
  expect(whatCame(harness)).toEqual({...allDone, searches: 0, isThere: true})
  expect(harness.world.ended).toEqual(['kept kept'])
  const message = 'It stopped at its step send. Take the tag away.'
  expect(harness.world.journal.at(-1)).toMatchObject({phase: 'failed', code: 'kept kept', message})
})

test('what changed since its Arr blocklisted it is a user’s decision; what was not blocklisted is its rule’s', async () => {
  for (const [blocklist, changed] of [
    [true, ['failDownload A/1 s1']],
    [false, []],
  ] as const) {
    const harness = await failHarness()
    harness.world.verdict = {outcome: 'cancelled', code: 'changed_meanwhile', message: 'changed:complete'}
    await harness.begin({blocklist})
    await harness.run()
    expect([harness.world.ended, harness.world.changed]).toEqual([['kept changed_meanwhile'], changed])
  }
})

/** Seconds that a step may take, and what it ends with then. */
const patience = [
  ['its server shows it still', {outcome: 'unconfirmed'}, {}, 5 * MINUTE, 'not_removed'],
  ['its Arr proves nothing', {}, {proves: false}, HOUR, 'blocklist_not_proven'],
] as const

test.each(patience)(
  'S03 a clock that jumps ends no step sooner or later; %s',
  async (_, verdict, world, seconds, ends) => {
    for (const hours of [0, -40, 40]) {
      const harness = await failHarness()
      Object.assign(harness.world, world, {
        verdict: {outcome: 'confirmed', code: 'busy', message: '', ...verdict},
      })
      await harness.begin()
      await harness.run(2)
      harness.clock.jump(hours * HOUR * 1_000)
      await harness.run(seconds / 10 - 10)
      expect([hours, harness.world.ended]).toEqual([hours, []])
      await harness.run(20)
      expect([hours, harness.world.ended]).toEqual([hours, [ends]])
    }
  },
)

test.runIf(isFull)(
  'a removal that is put off for days goes when it may: no rule wants again what its Arr blocklisted',
  async () => {
    const harness = await failHarness()
    harness.world.verdict = {outcome: 'postponed', code: 'age', message: 'It was added in the future.'}
    await harness.begin()
    await harness.run((3 * DAY) / 10)
    const {removals} = harness.world
    await harness.run(HOUR / 10)
    expect([harness.world.ended, harness.world.removals - removals]).toEqual([[], 6])
    harness.world.verdict = {outcome: 'confirmed', code: '', message: ''}
    await harness.run()
    expect([whatCame(harness).isThere, harness.world.ended]).toEqual([false, ['done']])
  },
)

test.runIf(isFull).each([
  ['put off', {outcome: 'postponed', code: 'owners_unknown'}],
  ['refused by its server', {outcome: 'failed', code: 'command_refused'}],
] as const)('a removal that is %s for a week is kept, and says so', async (_, verdict) => {
  const harness = await failHarness()
  harness.world.verdict = {...verdict, message: 'No.'}
  await harness.begin()
  await harness.run((6 * DAY) / 10)
  expect(harness.world.ended).toEqual([])
  await harness.run((2 * DAY) / 10)
  expect([harness.world.ended, harness.unfinished()]).toEqual([[`kept ${verdict.code}`], []])
})

test('what a server does not list for a while keeps nothing permanently: it is tried again', async () => {
  const harness = await failHarness()
  harness.world.verdict = {
    outcome: 'blocked',
    code: 'fact_unknown',
    message: 'Its server has to report its tags.',
  }
  await harness.begin()
  await harness.run(60)
  expect([harness.world.ended, harness.world.isThere]).toEqual([[], true])
  harness.world.verdict = {outcome: 'confirmed', code: '', message: ''}
  await harness.run()
  expect([whatCame(harness).isThere, harness.world.ended]).toEqual([false, ['done']])
})

test('a removal that has to wait is tried each minute, or ever more seldom where a server or an Arr is asked for it', async () => {
  const triesWithin = async (seconds: number, isCostly: boolean) => {
    const harness = await failHarness()
    harness.world.verdict = {outcome: 'postponed', code: 'owners_unknown', message: '', isCostly}
    await harness.begin()
    await harness.run(seconds / 10)
    expect(harness.unfinished()).toHaveLength(1)
    return harness.world.removals
  }
  expect([await triesWithin(3_600, false), await triesWithin(3_600, true)]).toEqual([61, 10])
})

const isCostly = true
test.each([
  ['its removal', {verdict: {outcome: 'postponed', code: 'library_unseen', message: '', isCostly}}],
  ['a last look', {lastLook: {is: 'later', why: {code: 'library_unseen', message: ''}, isCostly}}],
] as const)('%s that many wait for costs their Arr hardly more than that of a few', async (_, world) => {
  const looks = async (downloads: number) => {
    const harness = await failHarness()
    Object.assign(harness.world, world)
    for (let n = 0; n < downloads; n++)
      await harness.begin({}, {arrId: 'radarr', downloadId: `${n}`}, `A/${n}`)
    const {world: after} = harness
    const count = () => after.removals + ('lastLook' in world ? after.lastLooks : 0)
    await harness.run(HOUR / 10)
    const ofFirstHour = count()
    await harness.run((3 * HOUR) / 10)
    return {ofFirstHour, later: (count() - ofFirstHour) / 3}
  }
  const [one, few, many] = [await looks(1), await looks(3), await looks(20)]
  expect([one.ofFirstHour, one.later]).toEqual([10, 6])
  expect([few.ofFirstHour <= 20, few.later]).toEqual([true, 12])
  expect([many.ofFirstHour <= 60, many.later]).toEqual([true, 20])
})

test('a removal without an answer is not sent again: the list says what became of it', async () => {
  const harness = await failHarness()
  harness.world.verdict = {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'}
  await harness.begin()
  await harness.run()
  expect(whatCame(harness)).toEqual({...allDone, searches: 0, isThere: true})
  expect(harness.world.ended).toEqual(['not_removed'])
})

for (const [when, world] of [
  ['at once', {arrRemoves: 'at once'}],
  [
    'while our guards look at it',
    {arrRemoves: 'late', verdict: {outcome: 'cancelled', code: 'changed_meanwhile', message: ''}},
  ],
  [
    'before its server tells',
    {
      arrRemoves: 'late',
      isListed: true,
      verdict: {outcome: 'refused', code: 'torrent_not_found', message: 'No.'},
    },
  ],
] as const) {
  for (const searchesItself of [false, true]) {
    const who = searchesItself ? 'by the Arr' : 'by us'
    test(`S04 an Arr that removes it ${when}: it ends well, no removal of ours, and one search ${who}`, async () => {
      const harness = await failHarness()
      Object.assign(harness.world, world, {grab: {...harness.world.grab!, searchesItself}})
      await harness.begin()
      await harness.run(5)
      harness.world.isThere = false
      await harness.run()
      const {blocklists, searches, arrSearches, removals, ended} = harness.world
      expect([blocklists.length, searches, arrSearches, removals, ended]).toEqual([
        1,
        searchesItself ? 0 : 1,
        searchesItself ? 1 : 0,
        0,
        ['done'],
      ])
    })
  }
}

test('nothing is begun twice for one torrent, also at once', async () => {
  const harness = await failHarness()
  expect(await Promise.all([harness.begin(), harness.begin()])).toEqual([true, false])
  await harness.run()
  expect(whatCame(harness)).toEqual(allDone)
})

test('S04 whichever questions an Arr fails, before or after it did what it was asked, it does nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('before', 'after', null), {maxLength: 16}), async (faults) => {
      const harness = await failHarness()
      harness.world.fault = (n) => faults[n] ?? null
      await harness.begin()
      await harness.run(1_000)
      expect([whatCame(harness), harness.world.ended]).toEqual([allDone, ['done']])
    }),
    {numRuns: isFull ? 60 : 15},
  )
})

test('while the Arr fails nothing is removed', async () => {
  const harness = await failHarness()
  harness.world.fault = () => 'before'
  await harness.begin()
  await harness.run(50)
  expect(whatCame(harness)).toEqual({
    ...allDone,
    blocklists: [],
    searches: 0,
    isThere: true,
    removals: 0,
    left: 1,
  })
})

test('S11 killed before or after whatever it does, it does nothing twice, and ends: no rule would want it a second time', async () => {
  const whole = await failHarness()
  await whole.begin()
  await whole.run()
  const kills = Array.from({length: whole.steps()}, (_, at) => at).flatMap((at): Kill[] => [
    {at, when: 'before'},
    {at, when: 'after'},
  ])
  expect(kills.length).toBeGreaterThan(20)
  for (const kill of kills) {
    const harness = await failHarness()
    harness.kill(kill)
    await harness.begin()
    await harness.run()
    expect({kill, ...whatCame(harness)}).toEqual({kill, ...allDone})
  }
})

test('our own search waits where enough was searched in this hour: it is said, and made then', async () => {
  const harness = await failHarness()
  await harness.fillHour()
  await harness.begin()
  await harness.run(300)
  const {world} = harness
  expect([world.searches, world.removals, harness.unfinished().length]).toEqual([0, 1, 1])
  expect(world.held).toContain('search_budget')
  const waiting = world.journal.filter(({code}) => code === 'search_budget')
  expect(waiting).toMatchObject([{phase: 'blocked', args: {step: 'search'}}])
  await harness.run(300)
  expect([whatCame(harness), world.ended]).toEqual([allDone, ['done']])
})

test('what is given up again and again is removed, and its search waits until a user resumes it', async () => {
  const harness = await failHarness()
  const {world} = harness
  world.loop = {count: 4, until: harness.clock.now() + 7 * 86_400_000, release: 'Film'}
  await harness.begin()
  await harness.run(100)
  expect([world.searches, world.removals, harness.unfinished().length]).toEqual([0, 1, 1])
  const waiting = world.journal.filter(({code}) => code === 'release_loop')
  expect(waiting).toMatchObject([{phase: 'blocked', message: expect.stringContaining('4 releases')}])
  expect(world.gaveUp).toEqual(['movie/17 stalled'])
  world.loop = null
  await harness.run(100)
  expect([whatCame(harness), world.ended]).toEqual([allDone, ['done']])
})

test('an Arr that searches after failures does not search what is given up again and again', async () => {
  const harness = await failHarness()
  const {world} = harness
  world.grab = {...world.grab!, searchesItself: true}
  world.loopsAfter = true
  world.loop = {count: 4, until: harness.clock.now() + 7 * 86_400_000, release: 'Film'}
  await harness.begin()
  await harness.run(100)
  expect([world.blocklists, world.arrSearches, world.searches]).toEqual([[true], 0, 0])
})

test('an Arr that refuses is asked as seldom for many downloads as for one, and all are given up once it is well', async () => {
  const asked = async (downloads: number) => {
    const harness = await failHarness()
    let tries = 0
    harness.world.fault = (_, what) => (what === 'blocklist' && ++tries ? 'before' : null)
    for (let n = 0; n < downloads; n++)
      await harness.begin({}, {arrId: 'radarr', downloadId: `${n}`}, `A/${n}`)
    await harness.run(HOUR / 10)
    const ofFirstHour = tries - downloads
    await harness.run((4 * HOUR) / 10)
    harness.world.fault = () => null
    await harness.run((HOUR / 10) * 2)
    expect(harness.world.ended).toEqual(Array.from({length: downloads}, () => 'done'))
    return {ofFirstHour, later: tries - downloads - ofFirstHour}
  }
  const [one, many] = [await asked(1), await asked(30)]
  expect(one.ofFirstHour).toBeGreaterThan(5)
  expect(many.ofFirstHour).toBeLessThanOrEqual(one.ofFirstHour + 2)
  expect(many.later).toBeLessThanOrEqual(one.later + 2)
})

test('a download that its Arr refuses alone holds back none of the others', async () => {
  const harness = await failHarness()
  harness.world.fault = (_, what, downloadId) =>
    what === 'blocklist' && downloadId === 'odd' ? 'before' : null
  const begin = (downloadId: string) => harness.begin({}, {arrId: 'radarr', downloadId}, `A/${downloadId}`)
  await begin('odd')
  await harness.run(30)
  expect(harness.world.blocklists).toEqual([])
  await begin('even')
  await harness.run(1)
  expect(harness.world.blocklists).toEqual([true])
})

/** Brings it to a step, and has its server or its Arr leave there. */
const atStep: Readonly<Record<string, (harness: Harness) => void>> = {
  look: ({world}) => void (world.fault = (_, what) => (what === 'grab' ? 'before' : null)),
  blocklist: ({world}) => void (world.fault = (_, what) => (what === 'blocklist' ? 'before' : null)),
  proof: ({world}) => void (world.proves = false),
  remove: ({world}) => void (world.isAway = true),
  send: ({world}) =>
    void (world.verdict = {outcome: 'postponed', code: 'fact_unknown', message: 'Not known.'}),
  gone: ({world}) => void (world.verdict = {outcome: 'sent', code: '', message: ''}),
  search: ({world}) => void (world.fault = (_, what) => (what === 'search' ? 'before' : null)),
}

async function until(step: string, params = {}): Promise<Harness> {
  const harness = await failHarness()
  if (step === 'remove') harness.world.proves = false
  else atStep[step]!(harness)
  await harness.begin(params)
  await harness.run(5)
  if (step === 'remove') {
    // It is proven while its server is away.
    atStep['remove']!(harness)
    harness.world.isFailed = true
    await harness.run(40)
  }
  expect(harness.unfinished()).toMatchObject([{step}])
  return harness
}

const reported = 'Its Arr has blocklisted it. It is not searched again.'
test.each([
  ['look', 'failed', 'server_left', 'left the configuration before anything was sent.', []],
  ['blocklist', 'failed', 'server_left', 'and may have blocklisted it.', []],
  ['remove', 'failed', 'server_left', `before its removal was sent. ${reported}`, [true]],
  ['send', 'failed', 'server_left', `before its removal was sent. ${reported}`, [true]],
  ['gone', 'unconfirmed', 'server_left_meanwhile', `whether the torrent went. ${reported}`, [true]],
])(
  'S44 what is given up ends at its step %s when its server left the configuration, and says how far it came',
  async (step, phase, code, words, blocklists) => {
    const harness = await until(step)
    const {world} = harness
    const removals = world.removals
    Object.assign(world, {hasLeft: true, fault: () => null, verdict: {outcome: 'confirmed'}})
    await harness.run()
    const now = {blocklists, searches: 0, arrSearches: 0, isThere: true, removals, left: 0}
    expect([whatCame(harness), world.ended]).toEqual([now, [code]])
    const message = expect.stringMatching(new RegExp(`^It stopped at its step ${step}\\. .*${words}$`))
    expect(world.journal.at(-1)).toMatchObject({phase, code, message})
    // Its server is back, and its rule wants it again: what its Arr did is not done twice.
    Object.assign(world, {hasLeft: false, isAway: false, proves: true})
    await harness.begin()
    await harness.run()
    expect(whatCame(harness)).toMatchObject({blocklists: [true], searches: 1, isThere: false, left: 0})
  },
)

test.each([
  ['look', 'failed', 'right_gone', true],
  ['blocklist', 'failed', 'right_gone', true],
  ['search', 'confirmed', 'done_right_gone', false],
])(
  'S29 at its step %s nothing more is asked of an Arr that the owner of the rule may not command any more',
  async (step, phase, outcome, isThere) => {
    const harness = await until(step)
    const {world} = harness
    const before = whatCame(harness)
    Object.assign(world, {mayCommand: false, isAway: false, fault: () => null})
    await harness.run()
    expect([whatCame(harness), world.ended]).toEqual([{...before, isThere, left: 0}, [outcome]])
    expect(world.journal.at(-1)).toMatchObject({
      phase,
      args: {outcome},
      message: expect.stringContaining('may not command its Arr any more'),
    })
  },
)

const unanswered = 'Its Arr did not answer the command to blocklist it, and may have blocklisted it.'
test.each([
  ['its answer is lost before it was done', 'unanswered', false],
  ['its answer is lost after it was done', 'unanswered', true],
  ['its Arr refuses it', 'not sent', false],
  ['it is refused after an answer was lost', 'unanswered', false],
  ['it is killed before it knows of the answer', 'unanswered', true],
  ['it waits for its last look', 'not sent', false],
])('S44 the end says what is known of a blocklist command: %s', async (how, known, isDone) => {
  const harness = await failHarness()
  const {world} = harness
  let tries = 0
  world.fault = (_, what) => {
    if (what !== 'blocklist') return null
    tries++
    if (how.startsWith('it is killed')) return tries > 1 ? 'refused' : null
    if (how === 'its Arr refuses it' || (how.startsWith('it is refused') && tries > 1)) return 'refused'
    return isDone ? 'after' : 'before'
  }
  // The history of its Arr is late.
  world.proves = false
  if (how.startsWith('it is killed')) harness.kill({what: 'blocklist', when: 'after'})
  if (how.startsWith('it waits'))
    world.lastLook = {is: 'later', why: {code: 'server_not_online', message: ''}, isCostly: false}
  await harness.begin()
  await harness.run(20)
  expect([harness.unfinished(), world.blocklists.length > 0]).toMatchObject([[{step: 'blocklist'}], isDone])
  Object.assign(world, {hasLeft: true, fault: () => null})
  await harness.run()
  const words =
    known === 'unanswered'
      ? `Its server left the configuration before the history of its Arr showed a blocklist. ${unanswered}`
      : 'Its server left the configuration before a blocklist command was sent to its Arr.'
  expect(world.journal.at(-1)).toMatchObject({
    phase: 'failed',
    code: 'server_left',
    message: `It stopped at its step blocklist. ${words}`,
  })
})

test.each([
  ['its rule does not want it any more', {lastLook: {is: 'over', why: 'changed:state'}}, 'changed:state'],
  [
    'its Arr left',
    {hasArrLeft: true},
    'Its Arr left the configuration before its history showed a blocklist. The torrent stays.',
  ],
] as const)('a blocklist command without an answer is reported also where %s', async (_, now, why) => {
  const harness = await until('blocklist')
  Object.assign(harness.world, {fault: () => null, ...now})
  await harness.run()
  const message = `It stopped at its step blocklist. ${why} ${unanswered}`
  expect(harness.world.journal.at(-1)).toMatchObject({phase: 'failed', message})
})

test('S44 what an earlier run of the program may have sent is not said to be unsent when its server left', async () => {
  const steps = await (async () => {
    const harness = await failHarness()
    await harness.begin()
    await harness.run()
    return harness.steps()
  })()
  const ends = new Set<string>()
  for (let at = 0; at < steps; at++) {
    const harness = await failHarness()
    const {world} = harness
    world.verdict = {outcome: 'sent', code: '', message: ''}
    harness.kill({at, when: 'after'})
    await harness.begin()
    await harness.run(3)
    if (world.removals === 0) continue
    world.hasLeft = true
    await harness.run()
    world.ended.forEach((end) => ends.add(end))
  }
  expect([...ends]).toEqual(['server_left_meanwhile'])
})

test.each([
  ['look', 'arr_left', 'failed', []],
  ['blocklist', 'arr_left', 'failed', []],
  ['proof', 'arr_left', 'failed', [true]],
])(
  'what waits for its Arr at its step %s ends when that left the configuration, and no other Arr of its name is asked',
  async (step, end, phase, blocklists) => {
    const harness = await until(step)
    const {world} = harness
    Object.assign(world, {hasArrLeft: true, fault: () => null, isFailed: true})
    await harness.run()
    expect([world.ended, world.blocklists, world.searches, world.isThere]).toEqual([
      [end],
      blocklists,
      0,
      true,
    ])
    const message = expect.stringContaining('Its Arr left the configuration before')
    expect(world.journal.at(-1)).toMatchObject({phase, message})
  },
)

/** Nothing but the wait for an Arr is under way. */
async function passDays({clock}: Harness, days: number): Promise<void> {
  for (let hour = 0; hour < days * 24; hour++) {
    await clock.advance(HOUR * 1_000)
    await nextTurn()
  }
}

test.each([
  ['is back', {}, 'done', 1],
  ['is back and knows of other items by that download', {media: ['movie/18']}, 'done_other_arr', 0],
  ['is back as one that never grabbed it', null, 'done_other_arr', 0],
  ['does not come back within a week', 'never', 'done_arr_left', 0],
] as const)(
  'what was removed and not searched again waits for its Arr that left the configuration: it %s',
  async (_, back, end, searches) => {
    const harness = await until('search')
    const {world} = harness
    let asked = 0
    Object.assign(world, {hasArrLeft: true, fault: () => (asked++, null)})
    await passDays(harness, 6.5)
    expect([world.ended, asked, harness.unfinished()]).toMatchObject([[], 0, [{step: 'arrAway'}]])
    expect(world.journal.at(-1)).toMatchObject({
      phase: 'blocked',
      code: 'arr_left',
      message: expect.stringContaining('searched if the Arr is back within a week'),
    })
    expect(world.held.at(-1)).toBe('arr_left')
    if (back !== 'never') Object.assign(world, {hasArrLeft: false, grab: back && {...world.grab, ...back}})
    await passDays(harness, 1)
    await harness.run()
    expect([world.ended, world.searches, world.isThere]).toEqual([[end], searches, false])
    expect(world.journal.at(-1)).toMatchObject({phase: 'confirmed'})
    expect(world.journal.filter(({code}) => code === 'arr_left')).toHaveLength(1)
  },
)
