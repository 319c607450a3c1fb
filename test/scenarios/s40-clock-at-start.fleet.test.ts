/**
 * A machine that starts with a wrong clock, which is put right later: an empty battery (1970), a wrong year, a few hours
 * behind. What waits for its end waits as long as it was told to.
 */
import {afterEach, expect, test} from 'vitest'
import {isFull, some} from '../proof.ts'
import {A, B, DAY, hashAt, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** It is set aside for three hours, and then goes with its data. */
const aside = {
  name: 'aside',
  scope: {tagsAny: ['aside']},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [{action: 'quarantine', for: '3h', end: 'removeWithData'}],
}
const OLD = hashAt(A, 0)
const NEW = hashAt(A, 7)
const TRASHED = hashAt(A, 1)

async function startedHarness(): Promise<void> {
  harness = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: 50, each: (index) => (index === 0 ? {tags: ['aside']} : {})},
      {name: B, torrents: 10},
    ],
    rules: [aside],
  })
  await harness.acting.api.act('remove', [{server_id: A, info_hash: TRASHED}])
  await harness.pass(5 * MINUTE)
  expect([await isAside(OLD), harness.torrent(A, OLD).running]).toEqual([true, false])
}

/** The machine is off for so long, and its clock says something else when it is started. */
async function offFor(seconds: number, wrongAt: (right: number) => number): Promise<number> {
  await harness.acting.crash()
  const {clock} = harness.acting
  const right = clock.now() + seconds * 1_000
  clock.reboot(wrongAt(right))
  await harness.acting.rise()
  return right - clock.now()
}

async function isAside(hash: string): Promise<boolean> {
  const lines = await harness.lines(`info_hash=${hash}&verb=quarantine`)
  return lines.includes('quarantine confirmed')
}

async function trash(): Promise<readonly string[]> {
  const {items} = await harness.acting.api.get<{items: readonly {state: string}[]}>('/api/trash')
  return items.map(({state}) => state)
}

const gone = (hash: string) => `${A} removeWithData ${hash}`

for (const [name, wrongAt] of some(2, [
  ['in 1970', () => 0],
  ['400 days ahead', (right: number) => right + 400 * DAY * 1_000],
  ['400 days behind', (right: number) => right - 400 * DAY * 1_000],
  ['26 hours ahead', (right: number) => right + 26 * HOUR * 1_000],
] as const)) {
  test(`S40 a start ${name} ends, purges and prunes nothing, and all goes on when the clock is right`, async () => {
    await startedHarness()
    const lines = (await harness.journal()).length
    const wrongBy = await offFor(10 * MINUTE, wrongAt)
    // Of what comes meanwhile nobody knows the age.
    harness.update(A, NEW, {tags: ['aside']})
    await harness.pass(HOUR)
    expect([await trash(), harness.destroyed().filter((it) => it.includes('WithData'))]).toEqual([
      ['kept'],
      [],
    ])
    expect(await isAside(NEW)).toBe(false)
    expect((await harness.journal()).length).toBeGreaterThan(lines)
    expect(await harness.alerts()).toEqual(['freeze clock_jumped'])
    const reported = await harness.journal('verb=freeze')
    expect(reported[0]!.message).toContain('an administrator opens the bell on a page and confirms it')

    harness.acting.clock.jump(wrongBy)
    await harness.pass(MINUTE)
    expect(await harness.lines('verb=freeze')).toEqual(['freeze undone clock_jumped'])
    // Three hours of its time: 5 minutes before, 10 in which the machine was off, 61 since.
    await harness.pass(95 * MINUTE)
    expect(harness.destroyed()).not.toContain(gone(OLD))
    await harness.pass(20 * MINUTE)
    expect(harness.destroyed()).toContain(gone(OLD))
    expect(await isAside(NEW)).toBe(true)
    expect(harness.destroyed()).not.toContain(gone(NEW))
    expect(await trash()).toContain('kept')
    await harness.expectWell()
  })
}

test('S40 a start 3 hours behind, corrected after an hour, stops nothing for longer than it was ordered to', async () => {
  await startedHarness()
  const wrongBy = await offFor(10 * MINUTE, (right) => right - 3 * HOUR * 1_000)
  await harness.pass(70 * MINUTE)
  expect(harness.destroyed()).not.toContain(gone(OLD))
  harness.acting.clock.jump(wrongBy)
  await harness.pass(MINUTE)
  await harness.pass(80 * MINUTE)
  expect(harness.destroyed()).not.toContain(gone(OLD))
  await harness.pass(40 * MINUTE)
  expect(harness.destroyed()).toContain(gone(OLD))
  // Each is an event of its own: it started wrong, and somebody set it.
  expect(await harness.alerts()).toEqual(['freeze clock_jumped', 'freeze stood_still'])
})

test.runIf(isFull)(
  'S40 a machine that was off for a month waits for a person, and then ends what is over',
  async () => {
    await startedHarness()
    await offFor(30 * DAY, (right) => right)
    await harness.pass(10 * HOUR)
    expect([await trash(), harness.destroyed()]).toEqual([['kept'], [`${A} remove ${TRASHED}`]])
    const {status} = await harness.acting.api.send('POST', '/api/clock/confirm')
    expect(status).toBe(204)
    await harness.pass(2 * HOUR)
    expect(harness.destroyed()).toContain(gone(OLD))
    expect((await trash()).toSorted()).toEqual(['kept', 'purged'])
    expect(await harness.lines('verb=freeze')).toEqual(['freeze undone clock_jumped'])
  },
)
