import {expect, test} from 'vitest'
import type {SagaRecord} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import {keyText} from '#model/torrent-key.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import {copy, copyHarness, source, type Kill} from './copy-harness.fixture.ts'
import type {CopySagaDeps} from './copy-commands.ts'
import {copyTorrent, wayOut} from './copy-saga.ts'
import {copiesToCome, COPY} from './copy-state.ts'

type Harness = Awaited<ReturnType<typeof copyHarness>>

test('added stopped with what it is, its data laid, checked, and only then started; its source is sent nothing', async () => {
  const {begin, run, world, there, lines} = await copyHarness()
  expect(await begin()).toMatchObject({is: 'underWay'})
  await run()
  expect(world.added).toEqual([
    {
      source: {torrent: new Uint8Array([1]), fileName: expect.any(String)},
      start: false,
      savePath: '/b',
      data: 'brought',
      category: 'films',
      tags: ['x'],
      upLimit: 5,
    },
  ])
  expect([world.lays, world.verbs, there()!.state]).toEqual([1, ['recheck', 'start'], 'seeding'])
  expect([lines(), world.ended]).toEqual([['copyTo sending', 'copyTo confirmed'], ['done']])
  expect(await begin()).toEqual({is: 'there', seedsOn: true})
})

test('where both use the very files the other server gets that flag, and one that would rename them is given nothing', async () => {
  const {begin, run, world} = await copyHarness()
  world.plan = {savePath: '/a', way: 'place', bytes: 0}
  await begin()
  await run()
  expect(world.added).toMatchObject([{savePath: '/a', data: 'shared'}])
})

test('a copy takes space of its disk until its data is laid: from then on the disk counts it', () => {
  const at = (kind: string) => (step: string) => ({kind, step, state: {id: step}}) as SagaRecord
  const steps = Object.keys(copyTorrent({} as CopySagaDeps).steps)
  expect(steps).toHaveLength(15)
  const unfinished = [...steps.map(at(COPY)), at('recycle')('add')]
  expect(copiesToCome(unfinished).map(({id}) => id)).toEqual(['prepare', 'ready', 'add', 'fetch', 'lay'])
})

test('what was stopped where it came from is checked, and stays stopped', async () => {
  const harness = await copyHarness()
  for (const record of harness.world.torrents.values()) Object.assign(record, {state: 'stopped'})
  await harness.begin()
  await harness.run()
  expect([harness.world.verbs, harness.there()!.state, harness.world.ended]).toEqual([
    ['recheck'],
    'stopped',
    ['done'],
  ])
})

test('a start that its server takes and does not show is sent again until it is shown', async () => {
  const {begin, run, world, change} = await copyHarness()
  world.showsStarted = [{state: 'stopped'}, {state: 'seeding', pending: ['state']}]
  await begin()
  await run()
  expect([world.verbs, world.ended]).toEqual([['recheck', 'start', 'start'], []])
  change({state: 'seeding', pending: []})
  await run()
  expect([world.verbs, world.ended]).toEqual([['recheck', 'start', 'start'], ['done']])
})

test('what waits for long before its first start is started, and not given up unsent', async () => {
  const {begin, run, world, change} = await copyHarness()
  world.showsChecked = {pending: ['state']}
  await begin()
  await run(100)
  expect([world.verbs, world.ended]).toEqual([['recheck'], []])
  change({pending: []})
  await run()
  expect([world.verbs, world.ended]).toEqual([['recheck', 'start'], ['done']])
})

test('a start that is never shown has an end, and the journal says it', async () => {
  const {begin, run, world, lines} = await copyHarness()
  world.showsStarted = [{state: 'stopped'}]
  await begin()
  await run(1_000)
  expect(world.ended).toEqual(['not_started'])
  expect(world.verbs.length).toBeLessThan(65)
  expect(lines()).toEqual(['copyTo sending', 'copyTo failed not_started'])
})

test('what its check does not find whole is never started, and its journal says so', async () => {
  const {begin, run, world, there, lines} = await copyHarness()
  world.finds = 0.99
  await begin()
  await run()
  expect([world.verbs, there()!.state, world.ended]).toEqual([['recheck'], 'stopped', ['not_whole']])
  expect(lines()).toEqual(['copyTo sending', 'copyTo failed not_whole'])
  expect(world.journal.at(-1)!.message).toMatch(/It is tried again at .*Z\.$/)
  expect(await begin()).toMatchObject({
    is: 'underWay',
    message: expect.stringMatching(/^It did not come out whole once: .* It is tried again at .*Z\.$/),
  })
})

test('it is tried again over what is there, each time later, three times; then its rule and its journal say what to do', async () => {
  const {begin, run, world, there, clock} = await copyHarness()
  world.finds = 0.99
  await begin()
  await run()
  for (const hours of [1, 6, 24]) {
    await clock.advance(hours * HOUR * 1_000 - MINUTE * 1_000)
    const before = world.ended.length
    await begin()
    await run()
    expect(world.ended.length).toBe(before)
    await clock.advance(MINUTE * 1_000)
    await begin()
    await run()
    expect(world.ended.length).toBe(before + 1)
  }
  const asked = {is: 'not', outcome: {outcome: 'refused', message: expect.stringContaining(wayOut)}}
  expect(await begin()).toMatchObject(asked)
  await clock.advance(7 * DAY * 1_000)
  expect(await begin()).toMatchObject(asked)
  expect([world.added.length, world.lays, world.verbs, there()!.state]).toEqual([
    1,
    4,
    ['recheck', 'recheck', 'recheck', 'recheck'],
    'stopped',
  ])
  expect(world.journal.at(-1)!.message).toContain(wayOut)
})

test('what is whole at its second try is started, and its failures are forgotten', async () => {
  const {begin, run, world, there, clock} = await copyHarness()
  world.faults['lay'] = new CommodarrError('disk_failed', 'EIO')
  await begin()
  await run(1_000)
  delete world.faults['lay']
  await clock.advance(HOUR * 1_000)
  await begin()
  await run()
  expect([world.ended, world.added.length, there()!.state]).toEqual([['disk_failed', 'done'], 1, 'seeding'])
  expect(await begin()).toEqual({is: 'there', seedsOn: true})
})

test('who saves the rule again has it tried at once, and who removes there what was left has it added again', async () => {
  const {begin, run, world, clock} = await copyHarness()
  world.finds = 0.99
  await begin()
  await run()
  world.decision = {...world.decision, ruleRevision: 2}
  await begin()
  await run()
  expect(world.ended).toEqual(['not_whole', 'not_whole'])
  for (const hours of [1, 6, 24]) {
    await clock.advance(hours * HOUR * 1_000)
    await begin()
    await run()
  }
  expect(world.ended.length).toBe(5)
  world.torrents.delete(keyText(copy))
  world.finds = 1
  await begin()
  await run()
  expect([world.ended.at(-1), world.added.length]).toEqual(['done', 2])
})

for (const [what, ails] of [
  ['was started there', {state: 'downloading'}],
  ['added it there again', {addedAt: 5}],
] as const) {
  test(`a user who ${what} after it failed has it left to them`, async () => {
    const {begin, run, world, change, clock} = await copyHarness()
    world.finds = 0.99
    await begin()
    await run()
    change(ails)
    await clock.advance(DAY * 1_000)
    expect(await begin()).toMatchObject({
      is: 'not',
      outcome: {message: expect.stringContaining('not added by Commodarr')},
    })
    expect([world.lays, world.verbs]).toEqual([1, ['recheck']])
  })
}

test('a user who takes it over between the look and the first step of another try has it left to them', async () => {
  const {begin, run, world, change, clock} = await copyHarness()
  world.finds = 0.99
  await begin()
  await run()
  await clock.advance(HOUR * 1_000)
  world.isListed = false
  await begin()
  change({addedAt: 5})
  world.isListed = true
  await run()
  expect([world.ended, world.lays]).toEqual([['not_whole', 'came_before'], 1])
})

test('a failure that is reported again after a crash counts once', async () => {
  const count = await copyHarness()
  count.world.finds = 0.99
  await count.begin()
  await count.run()
  const last = count.steps() - 1
  for (const when of ['before', 'after'] satisfies Kill['when'][]) {
    const harness = await copyHarness()
    harness.world.finds = 0.99
    harness.kill({at: last, when})
    await harness.begin()
    await harness.run()
    expect(await harness.begin()).toMatchObject({message: expect.stringContaining('whole once:')})
  }
})

test('killed before or after anything it does, it ends as it would have: added once, checked, then started', async () => {
  const count = await copyHarness()
  await count.begin()
  await count.run()
  for (let at = 0; at < count.steps(); at++) {
    for (const when of ['before', 'after'] satisfies Kill['when'][]) {
      const harness = await copyHarness()
      harness.kill({at, when})
      await harness.begin()
      await harness.run()
      const {added, verbs, ended} = harness.world
      const about = `killed ${when} ${at}`
      expect(added.length, about).toBe(1)
      expect(
        [verbs.indexOf('recheck'), verbs.lastIndexOf('start') > verbs.indexOf('recheck')],
        about,
      ).toEqual([0, true])
      expect([harness.there()!.state, new Set(ended)], about).toEqual(['seeding', new Set(['done'])])
      expect(harness.lines().at(-1), about).toBe('copyTo confirmed')
    }
  }
})

for (const [what, ails, outcome] of [
  [
    'its rule is gone',
    ({world}: Harness) => {
      world.access = null
    },
    'rule_gone',
  ],
  ['its source went', ({world}: Harness) => world.torrents.clear(), 'source_gone'],
  [
    'the other server refuses it',
    ({world}: Harness) => {
      world.faults['add'] = new CommodarrError('not_supported', 'It cannot.')
    },
    'not_supported',
  ],
  [
    'nobody can say who else has something there',
    ({world}: Harness) => {
      world.faults['add'] = new CommodarrError('content_unknown', 'It is not known.')
    },
    'content_unknown',
  ],
  [
    'something else is where its data shall be',
    ({world}: Harness) => {
      world.faults['lay'] = new CommodarrError('path_refused', '/b/Film: Something else is there.')
    },
    'path_refused',
  ],
  [
    'the disk fails for an hour',
    ({world}: Harness) => {
      world.faults['lay'] = new CommodarrError('disk_failed', 'EIO')
    },
    'disk_failed',
  ],
] as const) {
  test(`${what}: it ends with ${outcome}, and starts nothing that was not checked`, async () => {
    const harness = await copyHarness()
    await harness.begin()
    ails(harness)
    await harness.run(1_000)
    const {ended, verbs} = harness.world
    expect(ended).toEqual([outcome])
    expect(verbs).toEqual([])
  })
}

test('a doubt that passes within minutes costs the copy no hour', async () => {
  const harness = await copyHarness()
  harness.world.faults['add'] = new CommodarrError('content_unknown', 'It is not known.')
  await harness.begin()
  await harness.run(10)
  expect(harness.world.ended).toEqual([])
  harness.world.faults['add'] = undefined
  await harness.run(100)
  expect(harness.world.ended).toEqual(['done'])
})

test('what another user added there first is left to them', async () => {
  const {begin, run, world, whole} = await copyHarness()
  world.isListed = false
  await begin()
  world.torrents.set(keyText(copy), whole(copy))
  world.isListed = true
  await run()
  expect([world.ended, world.verbs, world.lays, world.added]).toEqual([['came_before'], [], 0, []])
})

test('what a disk refuses stands in the journal in its words', async () => {
  const {begin, run, world} = await copyHarness()
  world.faults['lay'] = new CommodarrError('path_refused', '/b/Film: Something else is there.')
  await begin()
  await run()
  expect(world.journal.slice(-2)).toMatchObject([
    {
      serverId: source.serverId,
      code: 'path_refused',
      phase: 'failed',
      message: expect.stringMatching(/^Something else is where its data shall be\. What was brought there/),
    },
    {serverId: copy.serverId, code: 'path_refused', message: '/b/Film: Something else is there.'},
  ])
  // Who sees the one server may not see the other.
  const reported = world.journal.filter(({serverId}) => serverId === source.serverId)
  expect(JSON.stringify(reported.map(({args, message}) => [args, message]))).not.toContain('/b')
})

test('a server that is away for an hour is waited for', async () => {
  const {begin, run, world} = await copyHarness()
  await begin()
  world.isOnline = false
  world.faults['export'] = new CommodarrError('server_unreachable', 'It did not answer.')
  await run(360)
  expect(world.ended).toEqual([])
  world.isOnline = true
  delete world.faults['export']
  await run()
  expect(world.ended).toEqual(['done'])
})

test('a user who starts it before its data is there, or keeps it elsewhere, has it left to them', async () => {
  for (const [ails, outcome] of [
    [{state: 'downloading'}, 'started_by_another'],
    [{savePath: '/else'}, 'elsewhere'],
  ] as const) {
    const {begin, run, world, change} = await copyHarness()
    world.faults['lay'] = new CommodarrError('server_unreachable', 'It did not answer.')
    await begin()
    await run(5)
    change(ails)
    await run(500)
    expect([world.ended, world.verbs, world.lays]).toEqual([[outcome], [], 0])
  }
})

test.each([
  ['the other server', copy.serverId, 'target_left'],
  ['the server that it comes from', source.serverId, 'source_left'],
])('S44 a copy ends at once when %s left the configuration', async (_, id, end) => {
  const {begin, run, world, lines} = await copyHarness()
  world.isListed = false
  await begin()
  await run(3)
  expect(world.ended).toEqual([])
  world.left.add(id)
  await run(3)
  expect([world.ended, world.added, lines()]).toEqual([[end], [], ['copyTo sending', `copyTo failed ${end}`]])
  expect(world.journal.at(-1)!.message).toContain('left the configuration')
})

test('S44 what is laid needs its source no more, also when its server left the configuration', async () => {
  const {begin, run, world, change} = await copyHarness()
  world.showsChecked = {pending: ['state']}
  await begin()
  await run(20)
  world.left.add(source.serverId)
  change({pending: []})
  await run()
  expect(world.ended).toEqual(['done'])
})
