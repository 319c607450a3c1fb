import {expect, test} from 'vitest'
import {by, hash} from '#executor/executor-harness.fixture.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FactName, FactValue} from '#model/fact.ts'
import {queueHarness, wanted} from './rule-action-queue-harness.fixture.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const removal = wanted('removeWithData')

/** A private torrent whose tracker answers. */
async function privateHarness(facts: {readonly [fact in FactName]?: FactValue | undefined} = {}) {
  const it = await queueHarness()
  const tracker = {url: 'https://a.example/x', status: 'working', message: ''} as const
  const report = (times: Partial<(typeof it.world.trackers)[number]>) => {
    it.world.trackers = [{...tracker, ...times}]
  }
  report({})
  Object.assign(it.world.facts, {isPrivate: true, 'tracker.status': 'ok', ...facts})
  return {...it, report, decided: it.decision(1, [removal])}
}

test('its tracker is asked once, and it goes after a minute; it costs the removal alone', async () => {
  const {queue, decided, base, verbs, reported, held, house: harness, spentIn} = await privateHarness()
  await queue.take([decided])
  expect([verbs(), held, reported(), spentIn()]).toEqual([
    ['reannounce'],
    ['removeWithData last_announce'],
    [],
    1,
  ])
  const line = harness.journal.find(({verb}) => verb === 'reannounce')!
  expect([line.ruleId, line.decided?.reason, line.isBrief]).toEqual(['r1', 'seedingDone', true])
  await base.clock.advance(MINUTE_MS - 1)
  expect(verbs()).toEqual(['reannounce'])
  await base.clock.advance(1)
  expect([verbs(), spentIn()]).toEqual([['reannounce', 'removeWithData'], 1])
})

test.each([
  ['a later announce', {lastAnnounceAt: 100_000}, {lastAnnounceAt: 160_000}],
  ['a later next one', {nextAnnounceAt: 100_000}, {nextAnnounceAt: 160_000}],
] as const)('%s that is seen ends its wait', async (_, before, after) => {
  const {queue, decided, base, verbs, report} = await privateHarness()
  report(before)
  await queue.take([decided])
  await base.clock.advance(20 * SECOND_MS)
  report({...after, status: 'updating'})
  await base.clock.advance(10 * SECOND_MS)
  expect(verbs()).toEqual(['reannounce'])
  report(after)
  await base.clock.advance(5 * SECOND_MS)
  expect(verbs()).toEqual(['reannounce', 'removeWithData'])
})

test.each([
  ['that is reported by a rounding later', {nextAnnounceAt: 100_000}, {nextAnnounceAt: 101_000}],
  ['of which none was planned', {nextAnnounceAt: null}, {nextAnnounceAt: 100_000}],
  ['of another tracker', {lastAnnounceAt: 100_000}, {lastAnnounceAt: 160_000, url: 'https://b.example/x'}],
])('an announce %s is none that is done', async (_, before, after) => {
  const {queue, decided, base, verbs, report} = await privateHarness()
  report(before)
  await queue.take([decided])
  report(after)
  await base.clock.advance(50 * SECOND_MS)
  expect(verbs()).toEqual(['reannounce'])
})

test.each<[string, {readonly [fact in FactName]?: FactValue | undefined}]>([
  ['a public one', {isPrivate: false}],
  ['one whose owner says that nothing is asked', {isPrivate: false, 'obligation.met': 'none'}],
  ['a stopped one', {state: 'stopped'}],
  ['one without a tracker', {'tracker.status': 'none'}],
  ['one whose tracker does not answer', {'tracker.status': 'unreachable'}],
  ['one whose tracker refuses it', {'tracker.status': 'error'}],
])('%s goes at once', async (_, facts) => {
  const {queue, decided, verbs} = await privateHarness(facts)
  await queue.take([decided])
  expect(verbs()).toEqual(['removeWithData'])
})

test.each<[string, {readonly [fact in FactName]?: FactValue | undefined}]>([
  ['whose tracker asks for something', {isPrivate: false, 'obligation.met': 'yes'}],
  ['whose server does not say whether it is private', {isPrivate: undefined, 'obligation.profile': 'own'}],
  ['whose tracker was not asked yet', {'tracker.status': undefined}],
])('one %s waits', async (_, facts) => {
  const {queue, decided, verbs} = await privateHarness(facts)
  await queue.take([decided])
  expect(verbs()).toEqual(['reannounce'])
})

test('where no tracker answers none is asked', async () => {
  const {queue, decided, verbs, report} = await privateHarness()
  report({status: 'unreachable'})
  await queue.take([decided])
  expect(verbs()).toEqual(['removeWithData'])
})

test.each([
  [61, ['removeWithData']],
  [60, ['reannounce']],
])('where its client announces nothing before %i s are over: %j', async (seconds, sent) => {
  const {queue, decided, base, verbs, report} = await privateHarness()
  report({mayAnnounceAt: base.clock.now() + seconds * SECOND_MS})
  await queue.take([decided])
  expect(verbs()).toEqual(sent)
})

test('where its server does not report its trackers the whole minute is waited', async () => {
  const {queue, decided, base, verbs, world} = await privateHarness()
  world.trackersFault = new CommodarrError('server_unreachable', 'No answer.')
  await queue.take([decided])
  await base.clock.advance(MINUTE_MS - 1)
  expect(verbs()).toEqual(['reannounce'])
  await base.clock.advance(1)
  expect(verbs()).toEqual(['reannounce', 'removeWithData'])
})

test('an announce that is refused is not waited for', async () => {
  const {queue, decided, house: harness, verbs} = await privateHarness()
  harness.answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  await queue.take([decided])
  expect(verbs()).toEqual(['reannounce', 'removeWithData'])
})

test('others of its server go on meanwhile, and no more are announced than may go', async () => {
  const {queue, decision, base, sent, world} = await privateHarness()
  world.rule = {...world.rule!, guards: {maxPerRun: 1}}
  const tagging = decision(3, [wanted('tag', {names: ['old']})])
  await queue.take([decision(1, [removal]), decision(2, [removal]), tagging])
  expect(sent()).toEqual(['reannounce 1', 'addTags 3'])
  await base.clock.advance(MINUTE_MS)
  expect(sent().slice(2)).toEqual(['removeWithData 1'])
})

test('of several steps no more are announced than may go either', async () => {
  const {queue, decision, base, sent, world} = await privateHarness()
  world.rule = {...world.rule!, guards: {maxPerHour: 1}}
  await queue.remove(decision(1, [removal]), removal)
  expect(await queue.remove(decision(2, [removal]), removal)).toMatchObject({code: 'max_per_hour'})
  await base.clock.advance(MINUTE_MS)
  void queue.remove(decision(1, [removal]), removal)
  await base.clock.advance(1)
  expect(sent()).toEqual(['reannounce 1', 'removeWithData 1'])
})

test('what changed while it waited keeps it, and costs nothing', async () => {
  const {queue, decided, base, verbs, reported, world, spentIn} = await privateHarness()
  await queue.take([decided])
  world.facts.tags = ['keep']
  await base.clock.advance(MINUTE_MS)
  expect([verbs(), reported(), spentIn()]).toEqual([['reannounce'], ['cancelled changed_meanwhile'], 0])
})

test('a removal that is put off is not announced again within the hour', async () => {
  const {queue, decided, base, verbs, world} = await privateHarness()
  await queue.take([decided])
  world.facts['server.status'] = 'offline'
  await base.clock.advance(MINUTE_MS)
  world.facts['server.status'] = 'online'
  world.facts.state = 'checking'
  await base.clock.advance(30 * MINUTE_MS)
  world.facts.state = 'seeding'
  await queue.take([decided])
  expect(verbs()).toEqual(['reannounce', 'removeWithData'])
})

test('one that is removed again is announced again', async () => {
  const {queue, decided, base, verbs, seenGone} = await privateHarness()
  await queue.take([decided])
  await base.clock.advance(MINUTE_MS)
  seenGone(1)
  await queue.take([decided])
  expect(verbs()).toEqual(['reannounce', 'removeWithData', 'reannounce'])
})

test('a restart neither asks again nor waits again', async () => {
  const {queue, decided, base, verbs, memory, restart} = await privateHarness()
  await queue.take([decided])
  await base.clock.advance(30 * SECOND_MS)
  await queue.stop()
  await memory.close()
  const again = await restart()
  await base.clock.advance(10 * SECOND_MS)
  await again.take([decided])
  expect(verbs()).toEqual(['reannounce'])
  await base.clock.advance(20 * SECOND_MS)
  expect(verbs()).toEqual(['reannounce', 'removeWithData'])
})

test('who stops sends nothing that waited', async () => {
  const {queue, decided, base, verbs} = await privateHarness()
  await queue.take([decided])
  await queue.stop()
  await base.clock.advance(HOUR_MS)
  expect(verbs()).toEqual(['reannounce'])
})

test.each([3 * HOUR_MS, -3 * HOUR_MS])(
  'S03 a clock that jumps by %i ms makes no wait shorter or longer',
  async (jump) => {
    const {queue, decided, base, reported} = await privateHarness()
    await queue.take([decided])
    base.clock.jump(jump)
    await base.clock.advance(MINUTE_MS - 1)
    expect([(await queue.announcing(decided)) > 0, reported()]).toEqual([true, []])
    await base.clock.advance(SECOND_MS)
    // How old anything is nobody knows then.
    expect([await queue.announcing(decided), reported()]).toEqual([0, ['postponed seen_for']])
  },
)

test('a rule that only simulates asks no tracker', async () => {
  const {queue, decided, verbs, reported, world} = await privateHarness()
  world.rule = {...world.rule!, mode: 'simulate'}
  await queue.take([decided])
  expect([verbs(), reported()]).toEqual([[], ['simulated']])
})

test('a rule that announces first is asked for no second one', async () => {
  const {queue, decision, base, verbs} = await privateHarness()
  await queue.take([decision(1, [wanted('reannounce'), removal])])
  expect(verbs()).toEqual(['reannounce'])
  await base.clock.advance(MINUTE_MS)
  expect(verbs()).toEqual(['reannounce', 'removeWithData'])
})

test('what a user said yes to goes within the minute, and the answer does not wait for it', async () => {
  const {queue, decided, base, verbs, world} = await privateHarness()
  world.rule = {...world.rule!, mode: 'ask'}
  await queue.take([decided])
  await base.clock.advance(10 * SECOND_MS)
  queue.start()
  const [asked] = queue.waiting(by)
  await queue.approve(by, asked!.id)
  expect(verbs()).toEqual(['reannounce'])
  await base.clock.advance(MINUTE_MS)
  expect(verbs()).toEqual(['reannounce', 'removeWithData'])
})

test('a removal of several steps comes back as one that waits, and says so until it is tried again', async () => {
  const {queue, decided, base, verbs, held, seenGone} = await privateHarness()
  expect(await queue.remove(decided, removal)).toMatchObject({outcome: 'postponed', code: 'last_announce'})
  expect(await queue.announcing(decided)).toBe(5_000)
  await base.clock.advance(MINUTE_MS)
  expect(await queue.announcing(decided)).toBe(0)
  const end = queue.remove(decided, removal)
  await base.clock.advance(1)
  seenGone(1)
  expect((await end).outcome).toBe('confirmed')
  expect(verbs()).toEqual(['reannounce', 'removeWithData'])
  expect(held).toEqual(['removeWithData last_announce', 'removeWithData no more'])
})
