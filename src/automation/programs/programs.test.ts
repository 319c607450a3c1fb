import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {hash} from '#executor/executor-harness.fixture.ts'
import {CommodarrError} from '#model/errors.ts'
import {DAY, HOUR} from '#model/units.ts'
import {queueHarness, wanted} from '../actions/rule-action-queue-harness.fixture.ts'
import {programVariables} from './programs.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/rule-actions.md'), 'utf8')
const tidy = wanted('exec', {program: 'tidy', arguments: ['--name', '$(reboot)']})
const lines = (harness: {journal: readonly {verb: string; phase: string; code?: string}[]}) =>
  harness.journal.map(({verb, phase, code}) => [verb, phase, ...(code === undefined ? [] : [code])].join(' '))

test('a program is started with its arguments as they are, and the torrent in its environment', async () => {
  const {queue, decision, started, world, house: harness, reported, spentIn} = await queueHarness()
  Object.assign(world.facts, {
    infoHash: hash(1),
    name: 'A; rm -rf /\0',
    contentPath: '/data/A',
    tags: ['a', 'b'],
    ratio: undefined,
  })
  world.ran = {code: 0, output: 'all \u001b[31mwell\n', ended: null}
  await queue.take([decision(1, [tidy], {preconditions: []})])
  expect(started).toEqual([
    {
      path: '/opt/tidy',
      arguments: ['--name', '$(reboot)'],
      timeoutMs: 60_000,
      signal: expect.any(AbortSignal),
      environment: {
        COMMODARR_HASH: hash(1),
        COMMODARR_NAME: 'A; rm -rf /',
        COMMODARR_TAGS: 'a,b',
        COMMODARR_CATEGORY: 'films',
        COMMODARR_STATE: 'seeding',
        COMMODARR_PROGRESS: '1',
        COMMODARR_SIZE: '1000',
        COMMODARR_PRIVATE: 'false',
        COMMODARR_TRACKERS: 'a.example',
        COMMODARR_PATH: '/data/A',
        COMMODARR_OUR_PATH: '/mnt/data/A',
        COMMODARR_RULE: 'r1',
        COMMODARR_RULE_NAME: 'Done',
        COMMODARR_REASON: 'seedingDone',
      },
    },
  ])
  expect([lines(harness), reported(), spentIn()]).toEqual([
    ['exec intended', 'exec sending', 'exec confirmed'],
    ['confirmed'],
    1,
  ])
  expect(harness.journal[0]).toMatchObject({
    ruleId: 'r1',
    hash: hash(1),
    actor: {name: 'Done', origin: 'rule'},
    isBrief: true,
    args: {program: 'tidy', arguments: ['--name', '$(reboot)']},
    decided: {action: 'exec'},
  })
  expect(harness.journal.at(-1)).toMatchObject({message: 'all  [31mwell'})
})

test('it is started once for each torrent, also after a restart; with other arguments it is another', async () => {
  const {queue, decision, started, restart, reported, spentIn} = await queueHarness()
  await queue.take([decision(1, [tidy])])
  await queue.take([decision(1, [tidy])])
  await (await restart()).take([decision(1, [tidy])])
  expect([started.length, reported(), spentIn()]).toEqual([1, ['confirmed', 'confirmed', 'confirmed'], 1])
  await queue.take([decision(2, [tidy]), decision(1, [wanted('exec', {program: 'tidy'})])])
  expect(started).toHaveLength(3)
})

test('one that fails keeps what is behind it from happening, and is started again after an hour', async () => {
  const {queue, decision, started, world, house: harness, base, verbs, reported} = await queueHarness()
  world.ran = {code: 3, output: 'disk full', ended: null}
  const both = [tidy, wanted('stop')]
  await queue.take([decision(1, both)])
  expect(harness.journal.at(-1)).toMatchObject({
    verb: 'exec',
    phase: 'failed',
    code: 'program_failed',
    message: 'It ended with 3. It said: disk full',
  })
  world.ran = {code: 0, output: '', ended: null}
  await base.clock.advance(HOUR * 1_000 - 1)
  await queue.take([decision(1, both)])
  expect([started.length, verbs()]).toEqual([1, []])
  await base.clock.advance(1)
  await queue.take([decision(1, both)])
  expect([started.length, verbs()]).toEqual([2, ['stop']])
  expect(reported().slice(0, 2)).toEqual(['failed program_failed', 'postponed program_failed'])
})

for (const [what, ran, message] of [
  [
    'that takes too long',
    {code: null, output: '', ended: 'timeOut'},
    'It took longer than 60 s and was ended.',
  ],
  ['that a signal ended', {code: null, output: '', ended: null}, 'It was ended by a signal.'],
] as const) {
  test(`one ${what} has failed, and the journal says so`, async () => {
    const {queue, decision, world, house: harness} = await queueHarness()
    world.ran = ran
    await queue.take([decision(1, [tidy])])
    expect(harness.journal.at(-1)).toMatchObject({phase: 'failed', message})
  })
}

test('one that cannot be started says why, in words without a path', async () => {
  const {queue, decision, world, house: harness} = await queueHarness()
  world.startFault = Object.assign(new Error('spawn /opt/tidy EACCES'), {code: 'EACCES'})
  await queue.take([decision(1, [tidy])])
  expect(harness.journal.at(-1)).toMatchObject({
    phase: 'failed',
    message: 'It could not be started (EACCES).',
  })
})

test('nothing is started for a user who is no administrator, while rules are observed, or that is not listed', async () => {
  const {queue, decision, started, world, ends, house: harness} = await queueHarness()
  world.isAdministrator = false
  await queue.take([decision(1, [tidy])])
  Object.assign(world, {isAdministrator: true, isObserving: true})
  await queue.take([decision(2, [tidy])])
  world.isObserving = false
  await queue.take([decision(3, [wanted('exec', {program: 'other'})])])
  expect(started).toEqual([])
  expect(ends.map(({outcome, code, message}) => `${outcome} ${code}: ${message}`)).toEqual([
    'refused forbidden: Programs of this machine are started by rules of administrators alone.',
    'refused not_supported: Rules are only observed, so no program is started.',
    'refused not_supported: The configuration names no program other in [Settings] Programs.',
  ])
  expect(lines(harness)).toEqual([
    'exec refused forbidden',
    'exec refused not_supported',
    'exec refused not_supported',
  ])
})

test('what is only simulated starts nothing', async () => {
  const {queue, decision, started, world} = await queueHarness()
  world.rule = {...world.rule!, mode: 'simulate'}
  await queue.take([decision(1, [tidy])])
  expect(started).toEqual([])
})

test('more than a run may do wait for the next', async () => {
  const {queue, decision, started, reported} = await queueHarness()
  await queue.take(
    [1, 2, 3, 1, 2, 3].map((n, at) =>
      decision(n, [wanted('exec', {program: 'tidy', arguments: [String(at)]})]),
    ),
  )
  await queue.take(
    Array.from({length: 12}, (_, at) =>
      decision(1, [wanted('exec', {program: 'tidy', arguments: [`x${at}`]})]),
    ),
  )
  expect([started.length, reported().filter((it) => it === 'postponed max_per_run').length]).toEqual([16, 2])
})

test('what cannot be written down is not started, and costs nothing', async () => {
  const {queue, decision, started, house: harness, spentIn, reported} = await queueHarness()
  harness.journalFault = new CommodarrError('storage_unavailable', 'disk full')
  harness.journalFails = true
  await queue.take([decision(1, [tidy])])
  expect([started, spentIn(), reported()]).toEqual([[], 0, ['refused storage_unavailable']])
})

test('what changed while it was written down is not started, and may be later', async () => {
  const {queue, decision, started, world, house: harness} = await queueHarness()
  harness.beforeWriteEnds = () => (world.facts.category = 'kept')
  await queue.take([decision(1, [tidy])])
  expect([started, lines(harness).at(-1)]).toEqual([[], 'exec refused changed_meanwhile'])
  harness.beforeWriteEnds = () => {}
  world.facts.category = 'films'
  await queue.take([decision(1, [tidy])])
  expect(started).toHaveLength(1)
})

test('after a year a rule that wants it still has it again', async () => {
  const {queue, decision, started, base} = await queueHarness()
  await queue.take([decision(1, [tidy])])
  await base.clock.advance(365 * DAY * 1_000)
  await queue.take([decision(1, [tidy])])
  expect(started).toHaveLength(2)
})

test('every variable that a program may find stands in docs/reference/rule-actions.md', () => {
  expect(programVariables.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})
