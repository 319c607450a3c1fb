import {setTimeout as sleep} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import {by} from '#executor/executor-harness.fixture.ts'
import {trashHarness} from './trash-harness.fixture.ts'

const end: LimitEnd = {is: 'goes', mayTakeFiles: true, wayOut: ''}

test.each([
  ['had no ratio limit on purpose, and one of time', {ratioLimit: null, seedTimeLimit: 864_000}],
  ['had limits of its own above those of its server', {ratioLimit: 20, seedTimeLimit: 864_000_000}],
])('what %s is not left to the limits of its server, which deletes what reaches them', async (_, limits) => {
  const harness = await trashHarness()
  const {world, sent, list} = harness
  world.torrent = {...world.torrent!, ...limits}
  await harness.recycle()
  await harness.run()
  Object.assign(world, {
    limitEnd: end,
    // As a qBittorrent adds what is given no limits: by its own, which delete with the files.
    found: {complete: true, completed: 25, ratioLimit: 'inherit', seedTimeLimit: 'inherit'},
  })
  await harness.service().restore(by, list()[0]!.id)
  await harness.settle()
  expect(list()[0]).toMatchObject({state: 'restored'})
  const isFree = harness.added[0]!.ratioLimit === null || sent.some((it) => it.includes('"ratio":null'))
  expect([isFree, sent]).toEqual([true, expect.anything()])
})

test.each([
  [
    'obeys',
    true,
    ['setShareLimits {"ratio":null,"seedingTime":null}', 'start {}'],
    expect.stringContaining('share limits'),
  ],
  ['sets no limits', false, [], expect.stringContaining('not started')],
])(
  'what was added while its server stopped torrents at limits is not deleted by its start: a server that %s',
  async (_, sets, reported, message) => {
    const harness = await trashHarness()
    const {world, sent, list, added} = harness
    const inherited = {ratioLimit: 'inherit', seedTimeLimit: 'inherit'} as const
    world.torrent = {...world.torrent!, ...inherited, state: 'seeding'}
    await harness.recycle()
    await harness.run()
    world.found = {complete: true, completed: 25, ...inherited}
    world.afterSent = ({verb}) => {
      if (verb === 'setShareLimits') Object.assign(world.torrent!, {ratioLimit: null, seedTimeLimit: null})
    }
    if (!sets)
      world.refused.set('setShareLimits', {outcome: 'refused', code: 'not_supported', message: 'No.'})
    // Somebody has it delete them once it was added.
    Object.defineProperty(world, 'limitEnd', {get: () => (added.length === 0 ? staysAtLimit : end)})
    await harness.service().restore(by, list()[0]!.id)
    await harness.settle()
    expect(list()[0]).toMatchObject({state: 'restored', message})
    expect(sent.filter((it) => it.startsWith('start') || (sets && it.startsWith('setShare')))).toEqual(
      reported,
    )
  },
)

const noAnswer = new CommodarrError('server_failed', 'Its settings cannot be read.')

/** A torrent that ran with a share limit of its own; its server stops torrents there and does not tell so. */
async function untold() {
  const harness = await trashHarness()
  const {world} = harness
  world.torrent = {...world.torrent!, state: 'seeding', ratioLimit: 2, seedTimeLimit: null}
  await harness.recycle()
  await harness.run()
  world.found = {complete: true, completed: 25, ratioLimit: null, seedTimeLimit: null}
  world.afterSent = ({verb, args}) => {
    if (verb === 'setShareLimits') Object.assign(world.torrent!, {ratioLimit: args.ratio})
  }
  world.limitFault = noAnswer
  await harness.service().restore(by, harness.list()[0]!.id)
  const pass = async (ms: number) => {
    await harness.clock.advance(ms)
    await sleep(20)
  }
  return {...harness, pass, before: harness.sent.length}
}

test('a server that does not report what it does at share limits is waited for, and no limit is changed meanwhile', async () => {
  const {list, sent, world, pass, settle} = await untold()
  for (let n = 0; n < 10; n++) await pass(60_000)
  expect(list()[0]).toMatchObject({state: 'restoring', message: expect.stringContaining('not known')})
  expect(sent.filter((it) => /^(?:start|setShareLimits)/.test(it))).toEqual([])
  world.limitFault = null
  await settle()
  expect(list()[0]).toMatchObject({state: 'restored', message: null})
  expect(sent).toEqual(['setShareLimits {"ratio":2}', 'start {}'])
})

test('what its server does not report for a day ends the restore: stopped, with the limits that it has, and that is said', async () => {
  const {list, sent, pass} = await untold()
  await pass(60_000)
  await pass(86_400_000)
  await pass(60_000)
  expect(list()[0]).toMatchObject({
    state: 'restored',
    message: expect.stringMatching(/share limits were not restored.*was not started: for a day/),
  })
  expect(sent).toEqual([])
})

test('a start that its server refuses is said', async () => {
  const harness = await trashHarness()
  const {world, list} = harness
  world.torrent = {...world.torrent!, state: 'seeding'}
  await harness.recycle()
  await harness.run()
  world.refused.set('start', {outcome: 'refused', code: 'command_refused', message: 'No.'})
  await harness.service().restore(by, list()[0]!.id)
  await harness.settle()
  expect(list()[0]).toMatchObject({state: 'restored', message: expect.stringContaining('was not started')})
})
