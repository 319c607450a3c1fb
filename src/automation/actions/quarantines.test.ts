import {expect, test} from 'vitest'
import {A, B, hash, key} from '#executor/executor-harness.fixture.ts'
import {quarantineTag} from '#model/automation-state.ts'
import type {ConditionTrace} from '#model/decision.ts'
import {staysAtLimit} from '#model/limit-end.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText} from '#model/torrent-key.ts'
import {queueHarness, r1, wanted} from './rule-action-queue-harness.fixture.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const removal = wanted('removeWithData')

async function harness() {
  const base = await queueHarness()
  const {
    queue,
    decision,
    world,
    memory,
    base: {clock},
  } = base
  queue.start()
  const unregistered = (n: number) => decision(n, [removal], {reason: 'unregistered'})
  return {
    ...base,
    clock,
    unregistered,
    inQuarantine: () => memory.deadlines.ofKind('quarantine').length,
    /** As its server lists it after we stopped and marked it. */
    listed: () => Object.assign(world.facts, {state: 'stopped', tags: [quarantineTag]}),
    /** Since the last time. */
    news: () => base.house.orders.splice(0).map(({command}) => command.verb),
  }
}

test('what hits crowds is stopped and marked first, and goes when it still holds at the end', async () => {
  const {queue, unregistered, news, reported, clock, world, listed} = await harness()
  world.outcome = 'due'
  await queue.take([unregistered(1)])
  await queue.take([unregistered(1)])
  expect([news(), reported()]).toEqual([
    ['stop', 'addTags'],
    ['quarantined quarantine_first', 'postponed in_quarantine'],
  ])
  listed()
  await clock.advance(DAY_MS)
  expect(news()).toEqual([])
  const fresh = {...unregistered(1), preconditions: [{fact: 'tags', value: [quarantineTag]}] as const}
  await queue.take([fresh])
  expect(news()).toEqual(['removeWithData'])
  world.presence = 'gone'
  await clock.advance(MINUTE_MS)
})

for (const {ran, forceStart, back} of [
  {ran: 'seeding', forceStart: false, back: ['start', 'removeTags']},
  {ran: 'seeding', forceStart: true, back: ['forceStart', 'removeTags']},
  {ran: 'stopped', forceStart: false, back: ['removeTags']},
  // Nobody can say whether it was told to run.
  {ran: 'error', forceStart: false, back: ['removeTags']},
] as const) {
  test(`when its condition ends, one that was ${ran}${forceStart ? ' by force' : ''} is given back as it was`, async () => {
    const {queue, unregistered, news, reported, clock, world, listed, inQuarantine} = await harness()
    Object.assign(world.facts, {state: ran, forceStart})
    await queue.take([unregistered(1)])
    listed()
    await clock.advance(5 * MINUTE_MS)
    expect([news(), inQuarantine()]).toEqual([['stop', 'addTags'], 1])
    world.outcome = 'no'
    await clock.advance(MINUTE_MS)
    expect([news(), inQuarantine(), reported().at(-1)]).toEqual([back, 0, 'cancelled quarantine_over'])
  })
}

test('DS-24 what came again under its hash is not what was set aside: it gets a time of its own', async () => {
  const {queue, unregistered, news, reported, clock, world, listed, inQuarantine} = await harness()
  Object.assign(world.facts, {addedAt: 1_000})
  await queue.take([unregistered(1)])
  listed()
  await clock.advance(DAY_MS - 1)
  expect([news(), inQuarantine()]).toEqual([['stop', 'addTags'], 1])
  Object.assign(world.facts, {addedAt: 2_000, state: 'seeding', tags: []})
  await clock.advance(1)
  // Before anybody looked at what was set aside.
  await queue.take([unregistered(1)])
  expect([news(), reported().at(-1)]).toEqual([['stop', 'addTags'], 'quarantined quarantine_first'])
  listed()
  const fresh = () => ({...unregistered(1), preconditions: [{fact: 'tags', value: [quarantineTag]}] as const})
  await clock.advance(DAY_MS - MINUTE_MS)
  await queue.take([fresh()])
  expect([news(), reported().at(-1)]).toEqual([[], 'postponed in_quarantine'])
  await clock.advance(MINUTE_MS)
  await queue.take([fresh()])
  expect(news()).toEqual(['removeWithData'])
})

test('DS-24 what came again without our tag is left as it is, and with it given back', async () => {
  for (const tags of [[], [quarantineTag]]) {
    const {queue, unregistered, news, reported, clock, world, listed, inQuarantine} = await harness()
    Object.assign(world.facts, {addedAt: 1_000})
    await queue.take([unregistered(1)])
    listed()
    await clock.advance(10 * MINUTE_MS)
    news()
    Object.assign(world.facts, {addedAt: 2_000, state: 'stopped', tags})
    await clock.advance(2 * MINUTE_MS)
    expect([news(), inQuarantine()]).toEqual([tags.length === 0 ? [] : ['start', 'removeTags'], 0])
    expect(reported().at(-1)).toBe('cancelled quarantine_over')
  }
})

/** Torrent 1 under the name of another server, whose queue is its own; as it was added at this time. */
async function addedAgain() {
  const base = await harness()
  const {queue, decision, world, news} = base
  const onB = {kind: 'torrent', key: `${B}/1`, serverId: B} as const
  Object.assign(world.facts, {addedAt: 1_000})
  await queue.take([base.unregistered(2)])
  const first = () => queue.take([decision(1, [removal], {reason: 'unregistered', subject: onB})])
  await first()
  news()
  Object.assign(world.facts, {addedAt: 2_000, state: 'seeding', tags: []})
  return {...base, first}
}

test('DS-24 what is set aside again while another one is given back stays set aside', async () => {
  const {queue, first, memory, clock, news, base} = await addedAgain()
  const gate = Promise.withResolvers<void>()
  const {deadlines} = memory
  const cancel = deadlines.cancel.bind(deadlines)
  deadlines.cancel = async (...which) => {
    await gate.promise
    await cancel(...which)
  }
  await clock.advance(MINUTE_MS)
  await first()
  expect(news()).toEqual(['stop', 'addTags'])
  gate.resolve()
  await queue.stop()
  expect(deadlines.ofKind('quarantine').map(({subject}) => subject)).toEqual([`${r1} ${B}/1`])
  expect((await base.open()).deadlines.ofKind('quarantine')).toHaveLength(1)
})

test('DS-24 what is being set aside again is not forgotten with what was set aside before', async () => {
  const {queue, first, memory, clock, news, base} = await addedAgain()
  const gate = Promise.withResolvers<void>()
  const {write} = base.parts.store
  Object.assign(base.parts.store, {
    write: async (work: Parameters<typeof write>[0]) => {
      await gate.promise
      return write(work)
    },
  })
  const again = first()
  await clock.advance(MINUTE_MS)
  gate.resolve()
  await again
  await queue.stop()
  expect(news()).toEqual(['stop', 'addTags'])
  const inQuarantine = memory.deadlines.ofKind('quarantine').map(({subject}) => subject)
  expect(inQuarantine).toContain(`${r1} ${B}/1`)
})

test('in the journal a quarantine is an action of its own, that brought about its commands and is undone', async () => {
  const {
    queue,
    unregistered,
    clock,
    world,
    listed,
    house: {journal},
  } = await harness()
  await queue.take([unregistered(1)])
  listed()
  world.outcome = 'no'
  await clock.advance(MINUTE_MS)
  await clock.advance(1)
  const {id} = journal.find(({verb}) => verb === 'quarantine')!
  expect(journal.filter((it) => it.id === id).map(({phase, message}) => [phase, message])).toEqual([
    ['confirmed', undefined],
    ['undone', 'What its rule asks for is not so any more.'],
  ])
  const caused = journal.filter(({causeId, phase}) => causeId === id && phase === 'sent')
  expect(caused.map(({verb}) => verb)).toEqual(['stop', 'addTags', 'start', 'removeTags'])
})

test('unknown whether its condition holds, or whether it is there: it stays where it is', async () => {
  const {queue, unregistered, news, clock, world, listed, inQuarantine} = await harness()
  await queue.take([unregistered(1)])
  listed()
  news()
  for (const outcome of ['notReady', 'unknown', 'lookingUp', 'held'] as const) {
    world.outcome = outcome
    await clock.advance(2 * MINUTE_MS)
  }
  Object.assign(world, {outcome: 'no', presence: 'unknown'})
  await clock.advance(2 * MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([[], 1])
})

test('its time is over without a decision: a day later it is given back', async () => {
  const {queue, unregistered, news, clock, listed, inQuarantine} = await harness()
  await queue.take([unregistered(1)])
  listed()
  news()
  await clock.advance(DAY_MS + DAY_MS - MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([[], 1])
  await clock.advance(2 * MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([['start', 'removeTags'], 0])
})

for (const [what, change] of [
  ['edited', {revision: 2}],
  ['switched off', {mode: 'off'}],
] as const) {
  test(`a rule that was ${what} gives back what it set aside`, async () => {
    const {queue, unregistered, news, clock, world, listed} = await harness()
    await queue.take([unregistered(1)])
    listed()
    news()
    world.rule = {...world.rule!, ...change}
    await clock.advance(MINUTE_MS)
    expect(news()).toEqual(['start', 'removeTags'])
  })
}

test('what a person wants kept is given back at once', async () => {
  const {queue, unregistered, news, clock, world, listed} = await harness()
  await queue.take([unregistered(1)])
  listed()
  news()
  world.facts.tags = [quarantineTag, 'Keep']
  await clock.advance(MINUTE_MS)
  expect(news()).toEqual(['start', 'removeTags'])
})

for (const [what, now, commands] of [
  ['removes our tag', {state: 'stopped', tags: []}, []],
  ['starts it', {state: 'stalledUp', tags: [quarantineTag]}, ['removeTags']],
  ['does both', {state: 'seeding', tags: ['his']}, []],
] as const) {
  test(`a user who ${what} has it back as it is, and its rule leaves it alone for a day`, async () => {
    const {
      queue,
      unregistered,
      news,
      reported,
      clock,
      world,
      listed,
      inQuarantine,
      restart,
      house: it,
    } = await harness()
    await queue.take([unregistered(1)])
    listed()
    await clock.advance(10 * MINUTE_MS)
    news()
    Object.assign(world.facts, now)
    await clock.advance(MINUTE_MS)
    await clock.advance(1)
    expect([news(), inQuarantine(), reported().at(-1)]).toEqual([commands, 0, 'cancelled quarantine_over'])
    const {id} = it.journal.find(({verb}) => verb === 'quarantine')!
    expect(it.journal.findLast((entry) => entry.id === id)).toMatchObject({
      phase: 'undone',
      code: 'taken_back',
      message: 'A person started it, or removed our tag.',
    })
    Object.assign(world.facts, {tags: []})
    await queue.stop()
    const next = await restart()
    next.start()
    await next.take([unregistered(1), unregistered(2)])
    expect([news(), reported().at(-2)]).toEqual([['stop', 'addTags'], 'blocked taken_back'])
    Object.assign(world.facts, {state: 'stopped', tags: [quarantineTag]})
    await clock.advance(DAY_MS)
    Object.assign(world.facts, {state: 'seeding', tags: []})
    await next.take([unregistered(1)])
    expect(news().slice(-2)).toEqual(['stop', 'addTags'])
    await next.stop()
  })
}

test('a hybrid that a user took back is left alone under its other hash, too', async () => {
  const {queue, unregistered, reported, clock, world, listed, memory} = await harness()
  await queue.take([unregistered(1)])
  listed()
  await clock.advance(10 * MINUTE_MS)
  Object.assign(world.facts, {state: 'seeding', tags: ['his']})
  await clock.advance(MINUTE_MS)
  await clock.advance(1)
  Object.assign(world.facts, {tags: []})
  memory.torrents.change(key(A, 2), {infoHashV1: hash(1)}, clock.now())
  await queue.take([unregistered(2)])
  expect(reported().at(-1)).toBe('blocked taken_back')
  await queue.stop()
})

test('a hybrid that its server lists under its other hash is given back there', async () => {
  const {queue, unregistered, news, clock, world, listed, inQuarantine, memory, sent} = await harness()
  await queue.take([unregistered(1)])
  listed()
  await clock.advance(10 * MINUTE_MS)
  news()
  memory.torrents.change(key(A, 2), {infoHashV1: hash(1)}, clock.now())
  world.presenceOf.set(keyText(key(A, 1)), 'gone')
  await clock.advance(2 * MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([[], 1])
  world.outcome = 'no'
  await clock.advance(MINUTE_MS)
  expect([sent().slice(-2), inQuarantine()]).toEqual([['start 2', 'removeTags 2'], 0])
  await queue.stop()
})

test('a saga does not remove what a user took back: it ends at once with that answer, and is not put off', async () => {
  const {queue, decision, news, clock, world, listed} = await harness()
  const failing = wanted('failDownload')
  const given = decision(1, [failing], {reason: 'unregistered'})
  expect(await queue.remove(given, failing)).toMatchObject({outcome: 'quarantined'})
  listed()
  await clock.advance(10 * MINUTE_MS)
  Object.assign(world.facts, {state: 'downloading'})
  await clock.advance(MINUTE_MS)
  await clock.advance(1)
  expect(news()).toEqual(['stop', 'addTags', 'removeTags'])
  Object.assign(world.facts, {tags: []})
  expect(await queue.remove(given, failing)).toMatchObject({outcome: 'blocked', code: 'taken_back'})
  expect(news()).toEqual([])
})

test('what its server does not show yet, or shows while it comes up, is no user’s wish', async () => {
  const {queue, unregistered, news, clock, world, inQuarantine} = await harness()
  await queue.take([unregistered(1)])
  news()
  await clock.advance(MINUTE_MS)
  for (const state of ['checking', 'moving', undefined] as const) {
    Object.assign(world.facts, {state, tags: undefined})
    await clock.advance(10 * MINUTE_MS)
  }
  expect([news(), inQuarantine()]).toEqual([[], 1])
})

test('a server without tags sets aside anyway, and gives back', async () => {
  const {
    queue,
    unregistered,
    news,
    clock,
    world,
    house: {none},
  } = await harness()
  none.push('addTags')
  await queue.take([unregistered(1)])
  Object.assign(world.facts, {state: 'stopped'})
  world.outcome = 'no'
  await clock.advance(MINUTE_MS)
  expect(news()).toEqual(['stop', 'start'])
})

test('what could not be given back is tried again', async () => {
  const {
    queue,
    unregistered,
    news,
    clock,
    world,
    listed,
    inQuarantine,
    house: {answers},
  } = await harness()
  await queue.take([unregistered(1)])
  listed()
  news()
  world.outcome = 'no'
  answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  await clock.advance(MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([['start'], 1])
  answers.clear()
  await clock.advance(MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([['start', 'removeTags'], 0])
})

test('what cannot be stopped is in no quarantine', async () => {
  const {
    queue,
    unregistered,
    reported,
    inQuarantine,
    house: {answers},
  } = await harness()
  answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  await queue.take([unregistered(1)])
  expect([inQuarantine(), reported()]).toEqual([0, ['failed command_refused']])
})

test('a quarantine that a rule asks for comes back when its time is over, or ends as the rule says', async () => {
  const {queue, decision, news, reported, clock, listed, inQuarantine} = await harness()
  await queue.take([decision(1, [wanted('quarantine', {for: 3_600})])])
  const ending = wanted('quarantine', {for: 3_600, end: 'remove'})
  await queue.take([decision(2, [ending])])
  listed()
  expect([news().length, inQuarantine()]).toEqual([4, 2])
  await clock.advance(3_600_000 + MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([['start', 'removeTags'], 1])
  await queue.take([decision(2, [ending], {preconditions: [{fact: 'tags', value: [quarantineTag]}]})])
  expect([news(), reported().at(0)]).toEqual([['remove'], 'quarantined quarantine_first'])
})

test('S13 400 torrents of one tracker at once: ten are set aside, the rule is suspended, and all ten come back', async () => {
  const {
    queue,
    decision,
    sent,
    ends,
    clock,
    memory,
    world,
    listed,
    verbs,
    inQuarantine,
    house: {torrents},
  } = await harness()
  for (let n = 1; n <= 400; n++) {
    torrents.set(keyText(key(A, n)), {key: key(A, n), name: `A${n}`, tags: []} as unknown as TorrentRecord)
  }
  // Its rule waited with them before the start, so that they are no news.
  const [firstAt, lastAt] = [clock.now() - MINUTE_MS, clock.now()]
  const begun = {ruleId: r1, revision: 1, serverId: A, version: 1, state: {}, strikeCount: 0, strikes: []}
  memory.holds.put(
    [...torrents.keys()].map((subject) => ({...begun, subject, firstAt, lastAt, expiresAt: null})),
  )
  const evidence: ConditionTrace = {
    ...({verdict: 'yes', fact: 'tracker.class', op: 'eq', threshold: 'unregistered', window: null} as const),
    actual: {value: 'unregistered', observedAt: 1, source: 'A'},
  }
  const pass = () =>
    Array.from({length: 400}, (_, n) => decision(n + 1, [removal], {reason: 'unregistered', evidence}))
  // For 20 minutes, a pass each.
  for (let minute = 0; minute < 20; minute++) {
    await queue.take(pass())
    listed()
    await clock.advance(MINUTE_MS)
  }
  const ten = Array.from({length: 10}, (_, n) => n + 1)
  expect(sent()).toEqual(ten.flatMap((n) => [`stop ${n}`, `addTags ${n}`]))
  // 8,000 were wanted; only of what was done everything was read again.
  expect(world.reads).toBe(10)
  expect(memory.suspensions.of(r1)).toMatchObject({
    reason: 'maxShare',
    detail: {done: 10, heldBack: 40, most: 50, population: 1_000},
  })
  // One line for the suspension: everybody behind it is only told.
  expect(ends.filter(({code}) => code === 'max_share')).toHaveLength(1)
  // Stopped, none of them hears that the tracker is well again: after an hour each is started to be asked.
  world.outcome = 'unknown'
  await clock.advance(39 * MINUTE_MS)
  expect(sent().slice(20)).toEqual([])
  await clock.advance(MINUTE_MS)
  expect(sent().slice(20)).toEqual(ten.map((n) => `start ${n}`))
  Object.assign(world, {outcome: 'no'})
  Object.assign(world.facts, {state: 'seeding'})
  await clock.advance(2 * MINUTE_MS)
  await clock.advance(1)
  expect(sent().slice(30)).toEqual(ten.map((n) => `removeTags ${n}`))
  expect([inQuarantine(), verbs().includes('removeWithData')]).toEqual([0, false])
})

/** One of which the trackers say that it is not registered; its server does what it is told. */
async function ofTracker() {
  const base = await harness()
  const {decision, world, queue, news, house: it} = base
  const evidence: ConditionTrace = {
    ...({verdict: 'yes', fact: 'tracker.class', op: 'eq', threshold: 'unregistered', window: null} as const),
    actual: {value: 'unregistered', observedAt: 1, source: 'A'},
  }
  it.beforeSent = () => {
    const {verb} = it.orders.at(-1)!.command
    if (verb === 'start') world.facts.state = 'seeding'
    if (verb === 'stop') world.facts.state = 'stopped'
    if (verb === 'addTags') world.facts.tags = [quarantineTag]
    if (verb === 'removeTags') world.facts.tags = []
  }
  const unregistered = (tags: readonly string[]) =>
    decision(1, [removal], {reason: 'unregistered', evidence, preconditions: [{fact: 'tags', value: tags}]})
  await queue.take([unregistered([])])
  expect(news()).toEqual(['stop', 'addTags'])
  world.outcome = 'held'
  return {...base, again: () => unregistered([quarantineTag])}
}

test('S13 what its trackers said stays so while it is stopped: their silence is no recovery', async () => {
  const {clock, world, news, inQuarantine} = await ofTracker()
  world.outcome = 'no'
  await clock.advance(58 * MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([[], 1])
})

test('S13 asked each hour: still unregistered it is stopped again, and so is who hears nothing for ten minutes', async () => {
  const {clock, world, news, inQuarantine} = await ofTracker()
  await clock.advance(60 * MINUTE_MS)
  expect(news()).toEqual(['start'])
  await clock.advance(2 * MINUTE_MS)
  expect(news()).toEqual(['stop'])
  world.outcome = 'unknown'
  await clock.advance(60 * MINUTE_MS)
  expect(news()).toEqual(['start'])
  await clock.advance(9 * MINUTE_MS)
  expect(news()).toEqual([])
  await clock.advance(MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([['stop'], 1])
})

test('S13 when its tracker is well again it goes on where it was, and is removed by nothing decided before', async () => {
  const {queue, clock, world, news, reported, inQuarantine, again} = await ofTracker()
  await clock.advance(60 * MINUTE_MS)
  world.outcome = 'no'
  await clock.advance(2 * MINUTE_MS)
  await clock.advance(1)
  expect([news(), inQuarantine(), world.facts.state]).toEqual([['start', 'removeTags'], 0, 'seeding'])
  await queue.take([again()])
  expect(reported().slice(-2)).toEqual(['cancelled quarantine_over', 'cancelled changed_meanwhile'])
})

test('when its time is over it is asked once more, and removed for what its trackers say then', async () => {
  const {queue, clock, news, reported, again} = await ofTracker()
  await clock.advance(DAY_MS - 1)
  await queue.take([again()])
  expect([news().filter((verb) => verb === 'start').length, reported().at(-1)]).toEqual([
    23,
    'postponed in_quarantine',
  ])
  await clock.advance(1)
  expect(news()).toEqual(['start'])
  await queue.take([again()])
  expect(reported().at(-1)).toBe('postponed in_quarantine')
  await clock.advance(5 * MINUTE_MS)
  expect(news()).toEqual([])
  await queue.take([again()])
  expect(news()).toEqual(['removeWithData'])
})

test('S13 what was looked up before it was asked is looked up again, once each time', async () => {
  const {clock, world, news} = await ofTracker()
  world.isLookedUp = true
  await clock.advance(62 * MINUTE_MS)
  expect([news(), world.refreshes]).toEqual([['start'], 1])
  await clock.advance(MINUTE_MS)
  expect([news(), world.refreshes]).toEqual([['stop'], 1])
  await clock.advance(63 * MINUTE_MS)
  expect([news(), world.refreshes]).toEqual([['start', 'stop'], 2])
})

test('who never hears of its trackers is given back, a day after its time is over', async () => {
  const {clock, world, news, inQuarantine} = await ofTracker()
  world.outcome = 'unknown'
  await clock.advance(2 * DAY_MS)
  expect(inQuarantine()).toBe(1)
  news()
  await clock.advance(5 * MINUTE_MS)
  expect([news(), inQuarantine(), world.facts.state]).toEqual([['removeTags'], 0, 'seeding'])
})

test('what runs to be asked is not taken for started by a person, also after a restart', async () => {
  const {queue, clock, news, inQuarantine, restart} = await ofTracker()
  await clock.advance(60 * MINUTE_MS)
  expect(news()).toEqual(['start'])
  await queue.stop()
  const next = await restart()
  next.start()
  await clock.advance(2 * MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([[], 1])
  await clock.advance(2 * MINUTE_MS)
  expect(news()).toEqual(['stop'])
  await next.stop()
})

test('what a person had stopped is not started to be asked', async () => {
  const {queue, decision, news, clock, world, inQuarantine} = await harness()
  Object.assign(world.facts, {state: 'stopped'})
  const evidence: ConditionTrace = {
    ...({verdict: 'yes', fact: 'tracker.class', op: 'eq', threshold: 'unregistered', window: null} as const),
    actual: {value: 'unregistered', observedAt: 1, source: 'A'},
  }
  await queue.take([decision(1, [removal], {reason: 'unregistered', evidence})])
  news()
  Object.assign(world.facts, {tags: [quarantineTag]})
  await clock.advance(3 * 60 * MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([[], 1])
})

test('S03 a clock that jumps ends no quarantine, also one that is asked meanwhile', async () => {
  const {queue, clock, news, again, reported} = await ofTracker()
  clock.jump(3 * DAY_MS)
  await clock.advance(62 * MINUTE_MS)
  expect(news()).toEqual(['start', 'stop'])
  await queue.take([again()])
  expect(reported().at(-1)).toMatch(/^postponed/)
  await clock.advance(5 * MINUTE_MS)
  expect(news()).toEqual([])
})

test('what its server would remove at a share limit stays set aside, is reported once, and comes back when that is fixed', async () => {
  const {queue, unregistered, news, clock, world, listed, inQuarantine, house: base, board} = await harness()
  await queue.take([unregistered(1), unregistered(2)])
  listed()
  // Somebody changes the setting of the server meanwhile.
  base.limitEnd = {is: 'goes', mayTakeFiles: true, wayOut: 'select "Stop torrent"'}
  for (const n of [1, 2]) {
    const name = keyText(key(A, n))
    base.torrents.set(name, {...base.torrents.get(name)!, state: 'stopped'})
  }
  news()
  world.outcome = 'no'
  await clock.advance(3 * MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([[], 2])
  expect(board.list().map(({code, message}) => [code, message])).toEqual([
    ['quarantine_not_started', expect.stringContaining('select "Stop torrent"')],
  ])
  base.limitEnd = null
  await clock.advance(MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([[], 2])
  base.limitEnd = staysAtLimit
  await clock.advance(MINUTE_MS)
  expect([news(), inQuarantine()]).toEqual([['start', 'removeTags', 'start', 'removeTags'], 0])
  expect(board.list()).toEqual([])
})

/** Two that are to come back, and that their server would remove as soon as they run. */
async function unsafe() {
  const base = await harness()
  const {queue, unregistered, news, clock, world, listed, house: it} = base
  await queue.take([unregistered(1), unregistered(2)])
  listed()
  it.limitEnd = {is: 'goes', mayTakeFiles: true, wayOut: 'select "Stop torrent"'}
  for (const n of [1, 2]) {
    const name = keyText(key(A, n))
    it.torrents.set(name, {...it.torrents.get(name)!, state: 'stopped'})
  }
  world.outcome = 'no'
  await clock.advance(MINUTE_MS)
  news()
  it.askedOfStarts.length = 0
  return {...base, it}
}

test('what stays set aside for a share limit is asked about at once, each minute, and tried alone each hour', async () => {
  const {clock, it, inQuarantine, board} = await unsafe()
  await clock.advance(10 * MINUTE_MS)
  expect(it.askedOfStarts).toEqual(Array.from({length: 10}, () => 2))
  it.askedOfStarts.length = 0
  // The words are those of the setting as it is now.
  it.limitEnd = {is: 'goes', mayTakeFiles: false, wayOut: 'select "Pause torrent"'}
  await clock.advance(MINUTE_MS)
  expect(board.list().map(({message}) => message)).toEqual([
    expect.stringMatching(/removes it\. To change that, select "Pause torrent"\..* tries again every minute/),
  ])
  await clock.advance(49 * MINUTE_MS)
  const alone = it.askedOfStarts.filter((of) => of === 1)
  expect([it.askedOfStarts.length, alone.length, inQuarantine()]).toEqual([51, 2, 2])
})

test('what has passed no limit any more comes back alone, and the other one stays', async () => {
  const {clock, it, inQuarantine, news, board} = await unsafe()
  it.belowLimit.add(hash(2))
  await clock.advance(MINUTE_MS)
  expect([news(), inQuarantine(), board.list().length]).toEqual([['start', 'removeTags'], 1, 1])
})

test('what a person starts, or frees of our tag, is theirs while its server is asked about share limits', async () => {
  const {clock, it, world, inQuarantine, news, board} = await unsafe()
  Object.assign(world.facts, {tags: []})
  await clock.advance(MINUTE_MS)
  expect([news(), inQuarantine(), it.askedOfStarts, board.list()]).toEqual([[], 0, [], []])
})
