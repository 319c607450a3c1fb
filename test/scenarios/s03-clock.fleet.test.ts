/** A clock that is set to another day. Fifty torrents: nothing of it depends on their number. */
import {afterEach, expect, test} from 'vitest'
import {A, B, DAY, hashAt, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

const DAY_MS = DAY * 1_000

/** Each torrent has the tag of its rule. */
const tags = ['held', 'aside', 'old', 'thursday', 'watched']
const of = (tag: string) => hashAt(A, tags.indexOf(tag))
const complete = {fact: 'complete', op: 'eq', value: true}
const rule = (tag: string, more: object) => ({
  name: tag,
  scope: {tagsAny: [tag]},
  when: complete,
  do: [{action: 'removeWithData'}],
  ...more,
})

const rules = [
  rule('held', {hold: {for: '2h'}}),
  rule('aside', {do: [{action: 'quarantine', for: '3h', end: 'removeWithData'}]}),
  rule('old', {when: {fact: 'age', op: 'gte', value: '12d'}}),
  rule('thursday', {schedule: {window: {from: '00:00', to: '00:00', weekdays: ['thu'], timeZone: 'UTC'}}}),
  rule('watched', {when: {fact: 'seedingObserved', op: 'gte', value: '1d'}}),
]

let harness: ScenarioHarness
afterEach(() => harness.stop())

const sentence = (tag: string) => harness.ruleSays(A, of(tag), tag)

test.runIf(isFull)(
  'S03 a clock that jumps three days and back takes nothing with it, and is one line in the journal',
  async () => {
    harness = await ScenarioHarness.start({
      servers: [
        {name: A, torrents: 50, each: (index) => (index < tags.length ? {tags: [tags[index]!]} : {})},
        {name: B, torrents: 10},
      ],
      rules,
    })
    const aside = await harness.lines(`info_hash=${of('aside')}&verb=quarantine&outcome=done`)
    expect(aside).toEqual(['quarantine confirmed'])

    harness.acting.clock.jump(3 * DAY_MS)
    await harness.pass(30 * MINUTE)
    await harness.expectNothingDestructive()
    expect(await harness.alerts()).toEqual(['freeze clock_jumped'])
    const [note] = await harness.journal('verb=freeze')
    expect(note).toMatchObject({subject: 'process', args: {seconds: 3 * DAY}})
    expect(await sentence('old')).toMatch(/^Not removed with its data: age is unknown since /)
    expect(await sentence('watched')).toMatch(
      /^Not removed with its data: seeding time we observed is .* min, asked: at least 24 h/,
    )
    expect(await sentence('held')).toMatch(/^Not removed with its data yet: .*held for 3[45]/)

    harness.acting.clock.jump(-3 * DAY_MS)
    await harness.pass(10 * MINUTE)
    await harness.expectNothingDestructive()
    expect(await harness.lines('verb=freeze')).toEqual(['freeze undone clock_jumped'])
    expect(await harness.alerts()).toHaveLength(1)
    expect(await sentence('old')).toMatch(
      /^Not removed with its data: age is 10\.\d+ d, asked: at least 12 d/,
    )
    expect(await sentence('held')).toMatch(/^Not removed with its data yet: .*held for 4[3-5]/)
    expect(await harness.lines(`info_hash=${of('aside')}&verb=quarantine&outcome=done`)).toEqual([
      'quarantine confirmed',
    ])

    // It goes on by itself: 75 minutes of the hold are left, and 110 of the quarantine.
    await harness.pass(70 * MINUTE)
    expect(harness.destroyed()).toEqual([])
    await harness.pass(10 * MINUTE)
    expect(harness.destroyed()).toEqual([`${A} removeWithData ${of('held')}`])
    await harness.pass(HOUR)
    expect(harness.destroyed()).toEqual([
      `${A} removeWithData ${of('held')}`,
      `${A} removeWithData ${of('aside')}`,
    ])
    await harness.expectWell()
  },
)

test('S03 what is younger than nothing is of unknown age', async () => {
  harness = await ScenarioHarness.start({
    servers: [{name: A, torrents: 50}],
    rules: [rule('young', {when: {fact: 'age', op: 'lt', value: '1h'}})],
  })
  // The server's own clock is a day ahead.
  const {hash} = harness.put(A, 50, {tags: ['young'], addedAt: harness.world(A).now() + DAY})
  await harness.pass(45 * MINUTE)
  expect(await harness.ruleSays(A, hash, 'young')).toMatch(
    /^Not removed with its data: age is unknown since /,
  )
  await harness.expectNothingDestructive()
  expect(await harness.journal(`info_hash=${hash}`)).toEqual([])
})
