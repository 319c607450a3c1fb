import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {by} from '#executor/executor-harness.fixture.ts'
import {CommodarrError} from '#model/errors.ts'
import {DAY} from '#model/units.ts'
import {trashHarness} from './trash-harness.fixture.ts'

const there = ['Film/Subs/a.srt', 'Film/a.mkv']

test('where its files do not lie on our disk it is refused with the reason, and nothing is kept', async () => {
  const {recycle, world, list, files} = await trashHarness()
  world.why = 'No folders are mapped.'
  expect(await recycle()).toEqual({
    outcome: 'refused',
    code: 'not_supported',
    message: 'No folders are mapped.',
  })
  world.why = null
  world.exportFault = new CommodarrError('server_unreachable', 'No answer.')
  expect(await recycle()).toMatchObject({outcome: 'refused', code: 'server_unreachable'})
  expect([list(), await files(), world.removals]).toEqual([[], there, 0])
})

test('it is begun once, and its files stay where they are until its server forgot the torrent', async () => {
  const {recycle, run, world, files, ended} = await trashHarness()
  world.verdict = {outcome: 'unconfirmed', code: '', message: ''}
  expect(await recycle()).toEqual({outcome: 'done'})
  expect(await recycle()).toMatchObject({outcome: 'refused', code: 'changed_meanwhile'})
  await run(5)
  expect([await files(), ended]).toEqual([there, []])
  world.torrent = null
  await run()
  expect([(await files()).length, ended, world.removals]).toEqual([4, ['done'], 1])
})

for (const [what, verdict, end] of [
  ['what the guards keep', {outcome: 'blocked', code: 'kept', message: ''}, 'kept kept'],
  ['what was not removed', {outcome: 'unconfirmed', code: '', message: ''}, 'not_removed'],
] as const) {
  test(`${what} is in no trash, and its files stay`, async () => {
    const {recycle, run, world, files, ended, list, journal} = await trashHarness()
    world.verdict = verdict
    await recycle()
    await run()
    expect([await files(), ended, list()]).toEqual([there, [end], []])
    expect(journal.at(-1)).toMatchObject({verb: 'recycle', phase: 'failed', code: end})
  })
}

test('what waits for its last announce is sent when that is done, also by the next run of the program', async () => {
  const {recycle, run, until, world, files, ended, restart} = await trashHarness()
  world.verdict = {outcome: 'postponed', code: 'last_announce', message: ''}
  world.beforeRemoval = () => (world.announcing = 5_000)
  await recycle()
  await until(() => world.removals === 1)
  world.verdict = {outcome: 'confirmed', code: '', message: ''}
  await run(2)
  await restart()
  await run(4)
  expect([world.removals, ended]).toEqual([1, []])
  world.announcing = 0
  await run()
  expect([world.removals, ended, (await files()).length]).toEqual([2, ['done'], 4])
})

test('what a person brings back before a rule has removed it is reported as brought back', async () => {
  const house = await trashHarness()
  const {world, recycle, run, list, ended, files} = house
  world.verdict = {outcome: 'refused', code: 'changed_meanwhile', message: 'It was brought back.'}
  let isBack = Promise.resolve()
  world.beforeRemoval = () => void (isBack = house.service().restore(by, list()[0]!.id))
  await recycle()
  await run()
  await isBack
  expect([list(), ended, await files()]).toMatchObject([[{state: 'restored'}], ['taken'], there])
})

test('what the guards put off for a day is given up: its rule may decide again', async () => {
  const {recycle, run, world, files, ended, list, clock} = await trashHarness()
  world.verdict = {outcome: 'postponed', code: 'busy', message: ''}
  await recycle()
  await run(5)
  expect(ended).toEqual([])
  await clock.advance(DAY * 1_000)
  await run()
  expect([await files(), ended, list()]).toEqual([there, ['kept busy'], []])
})

test('files that another torrent needs, or that changed meanwhile, stay where they are, all of them', async () => {
  const shared = await trashHarness()
  shared.world.owner = 'another torrent'
  await shared.recycle()
  await shared.run()
  expect([await shared.files(), shared.ended]).toEqual([there, ['done_files_left']])
  expect(shared.list()[0]).toMatchObject({files: 0, message: expect.stringContaining('another torrent')})

  const changed = await trashHarness()
  await changed.recycle()
  await writeFile(join(changed.root, 'Film/Subs/a.srt'), 'another one')
  await changed.run()
  expect([await changed.files(), changed.ended]).toEqual([there, ['done_files_left']])
})

for (const [dies, removals] of [
  ['before', 0],
  ['after', 1],
] as const) {
  test(`S11 killed ${dies} its removal went out, it is not sent by the next start`, async () => {
    const {recycle, run, restart, world, files, ended, list} = await trashHarness()
    world.dies = dies
    await recycle()
    await run(2)
    await restart()
    await run()
    expect(world.removals).toBe(removals)
    if (dies === 'before') expect([ended, await files(), list()]).toEqual([['not_removed'], there, []])
    else expect([ended, (await files()).length, list().length]).toEqual([['done'], 4, 1])
  })
}

test('it is unknown whether it is there: nothing is done', async () => {
  const {recycle, run, world, files, ended} = await trashHarness()
  world.isSeen = false
  await recycle()
  await run(10)
  expect([world.removals, await files(), ended]).toEqual([0, there, []])
})

test('what another user removed meanwhile is left to them: its files stay, and no trash has it', async () => {
  const {recycle, run, world, files, ended, list, journal} = await trashHarness()
  world.isSeen = false
  await recycle()
  await run(3)
  Object.assign(world, {torrent: null, isSeen: true})
  await run()
  expect([world.removals, await files(), ended, list()]).toEqual([0, there, ['removed_by_another'], []])
  expect(journal.at(-1)).toMatchObject({
    verb: 'recycle',
    phase: 'failed',
    code: 'removed_by_another',
    name: 'Film',
    message: 'Another program or person removed it first, so its files stay where they are.',
  })
})

for (const when of ['before its files are moved', 'while its files are moved'] as const) {
  test(`what comes back ${when} has its files where they were`, async () => {
    const {recycle, run, world, files, ended, list, journal} = await trashHarness()
    const back = world.torrent
    const isLate = when === 'while its files are moved'
    if (isLate) world.beforeMove = () => void (world.torrent = back)
    // For a while nobody knows whether its server has it.
    else world.beforeRemoval = () => void (world.isSeen = false)
    await recycle()
    if (!isLate) {
      await run(5)
      expect([await files(), ended]).toEqual([there, []])
      Object.assign(world, {torrent: back, isSeen: true})
    }
    await run()
    expect([world.removals, await files(), ended, list()]).toEqual([1, there, ['came_back'], []])
    expect(journal.at(-1)).toMatchObject({phase: 'failed', code: 'came_back'})
  })
}

const full = new CommodarrError('disk_failed', 'The disk of /data is full.')

/** What hinders it is written down, and whoever wrote that has let go of the entry. */
function isStuck({list, service}: Awaited<ReturnType<typeof trashHarness>>): boolean {
  const {id, message} = list()[0]!
  if (message === null || !service().claim(id)) return false
  service().release(id)
  return true
}

for (const way of ['restore', 'purge'] as const) {
  test(`what its disk does not let us set aside says so, and ${way}s at once from where it is`, async () => {
    const harness = await trashHarness()
    const {world, files, list} = harness
    world.beforeMove = () => {
      throw full
    }
    expect(await harness.remove('removeWithData')).toEqual({outcome: 'done'})
    await harness.until(() => isStuck(harness))
    const {id} = list()[0]!
    expect([await files(), list()[0]]).toMatchObject([
      there,
      {state: 'kept', isUnderWay: false, message: expect.stringContaining('is full')},
    ])
    world.beforeMove = () => {}
    await harness.service()[way](by, id)
    await harness.run()
    if (way === 'restore') await harness.settle()
    expect([await files(), list()[0]]).toMatchObject([
      way === 'restore' ? there : [],
      {state: `${way}d`, message: null},
    ])
    expect(harness.added).toHaveLength(way === 'restore' ? 1 : 0)
  })
}

test('let go from where it is, what another torrent needs by now stays, and the user is shown why', async () => {
  const harness = await trashHarness()
  const {world, files, list} = harness
  world.beforeMove = () => {
    throw full
  }
  await harness.remove('removeWithData')
  await harness.until(() => isStuck(harness))
  Object.assign(world, {beforeMove: () => {}, owner: 'another torrent'})
  await harness.service().purge(by, list()[0]!.id)
  expect([await files(), list()[0]]).toMatchObject([
    there,
    {state: 'purged', message: expect.stringContaining('another torrent')},
  ])
})

test('what is on its server again keeps its files, though they were to be set aside', async () => {
  const harness = await trashHarness()
  const {world, files, list, listed} = harness
  world.beforeMove = () => {
    throw full
  }
  await harness.remove('removeWithData')
  await harness.until(() => isStuck(harness))
  // Somebody added it again: it found its files.
  world.torrent = {...listed, addedAt: 1}
  const {id} = list()[0]!
  for (const isSeen of [true, false]) {
    world.isSeen = isSeen
    await expect(harness.service().purge(by, id)).rejects.toMatchObject({code: 'changed_meanwhile'})
  }
  expect([await files(), list()[0]!.state]).toEqual([there, 'kept'])
})

test('a disk that fails for an hour has its files left where they are, and they can be let go anyway', async () => {
  const harness = await trashHarness()
  const {world, files, list} = harness
  world.beforeMove = () => {
    throw full
  }
  await harness.remove('removeWithData')
  await harness.until(() => isStuck(harness))
  await harness.clock.advance(3_600_000)
  await harness.run()
  expect([await files(), list()[0]]).toMatchObject([there, {state: 'kept', files: 2}])
  world.beforeMove = () => {}
  await harness.service().purge(by, list()[0]!.id)
  expect([await files(), list()[0]!.state]).toEqual([[], 'purged'])
})

test('while it is unknown who else needs a file it waits, and is not left behind', async () => {
  const harness = await trashHarness()
  const {world, files, list} = harness
  world.beforeMove = () => {
    throw new CommodarrError('content_unknown', 'A server comes up.')
  }
  await harness.remove('removeWithData')
  await harness.until(() => isStuck(harness))
  expect([await files(), list()[0]!.message]).toEqual([there, expect.stringContaining('A server comes up')])
  world.beforeMove = () => {}
  await harness.run()
  expect([(await files()).length, list()[0]!.files]).toEqual([4, 2])
})

test('what had no answer, and is there still, is sent again, or brought back, which ends its removal', async () => {
  const harness = await trashHarness()
  const {world, list, orders} = harness
  world.answer = {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'}
  await harness.remove('removeWithData')
  await harness.remove('removeWithData')
  expect([orders.length, list().length]).toEqual([2, 1])
  await expect(harness.service().purge(by, list()[0]!.id)).rejects.toMatchObject({
    code: 'changed_meanwhile',
    message: expect.stringContaining('still has it'),
  })
  // The first one may still have arrived.
  world.answer = {outcome: 'refused', code: 'server_not_online', message: 'It is away.'}
  expect(await harness.remove('removeWithData')).toBe(world.answer)
  expect(list()).toHaveLength(1)
  await harness.service().restore(by, list()[0]!.id)
  expect(list()[0]).toMatchObject({state: 'restored', message: 'It never left its server.'})
  await harness.run()
  expect([await harness.files(), world.torrent !== null, harness.added]).toEqual([there, true, []])
})

test('the torrent alone that was written down and not sent is in no trash after the next start', async () => {
  const harness = await trashHarness()
  harness.world.dies = 'before'
  void harness.remove('remove')
  await expect.poll(() => harness.orders.length).toBe(1)
  await harness.clock.advance(1_000)
  await harness.restart()
  await harness.run()
  expect([harness.list(), harness.world.torrent !== null]).toEqual([[], true])
})

test('what is not sent by the time that the program ends leaves nothing in the trash', async () => {
  const harness = await trashHarness()
  harness.removals().stop()
  expect(await harness.remove('removeWithData')).toMatchObject({code: 'shutting_down'})
  expect([harness.list(), harness.orders]).toEqual([[], []])
})

test('S44 what was ordered and not sent is in no trash when its server left', async () => {
  const harness = await trashHarness()
  const {world, list} = harness
  world.isSeen = false
  await harness.recycle()
  world.hasLeft = true
  await harness.run()
  expect([await harness.files(), list(), harness.ended, world.removals]).toEqual([
    there,
    [],
    ['server_left'],
    0,
  ])
  expect(harness.journal.at(-1)).toMatchObject({phase: 'failed', code: 'server_left'})
})

test('S44 what waits to be sent when its server leaves was not sent, and is in no trash', async () => {
  const harness = await trashHarness()
  const {world, list} = harness
  world.verdict = {outcome: 'postponed', code: 'fact_unknown', message: 'Not known.'}
  await harness.recycle()
  await harness.clock.advance(1_000)
  expect(world.removals).toBe(1)
  world.hasLeft = true
  await harness.run()
  expect([await harness.files(), list(), harness.ended, world.removals]).toEqual([
    there,
    [],
    ['server_left'],
    1,
  ])
  const message = 'Its server left the configuration before anything was sent.'
  expect(harness.journal.at(-1)).toMatchObject({phase: 'failed', code: 'server_left', message})
})

for (const who of ['a rule', 'a person'] as const) {
  test(`S36 what ${who} removed just before its server was doubted stays in the trash, and can come back`, async () => {
    const harness = await trashHarness()
    const {world, list} = harness
    world.verdict = {outcome: 'unconfirmed', code: '', message: ''}
    world.answer = {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'}
    if (who === 'a rule') await harness.recycle()
    else await harness.remove('removeWithData')
    await harness.clock.advance(1_000)
    world.isSeen = false
    await harness.endAll('another_server')
    await harness.run()
    expect([await harness.files(), list()]).toMatchObject([
      there,
      [{state: 'kept', files: 0, isUnderWay: false}],
    ])
    expect(list()[0]!.message).toContain('It is unknown whether the torrent went')
    expect(harness.journal.at(-1)).toMatchObject({
      verb: 'recycle',
      phase: 'unconfirmed',
      code: 'another_server',
    })
    // It is the same server after all, and the torrent is not there.
    world.torrent = null
    world.isSeen = true
    await harness.service().restore(by, list()[0]!.id)
    expect(harness.added).toHaveLength(1)
  })
}

test('S36 what was not sent when its server was doubted is in no trash', async () => {
  const harness = await trashHarness()
  harness.world.isSeen = false
  await harness.recycle()
  await harness.endAll('another_server')
  await harness.run()
  expect([await harness.files(), harness.list(), harness.world.removals]).toEqual([there, [], 0])
})

for (const who of ['a rule', 'a person'] as const) {
  test(`S44 what ${who} removed, and was not seen to go before its server left, stays in the trash, and its files where they were`, async () => {
    const harness = await trashHarness()
    const {world, list} = harness
    world.verdict = {outcome: 'unconfirmed', code: '', message: ''}
    world.answer = {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'}
    if (who === 'a rule') await harness.recycle()
    else await harness.remove('removeWithData')
    await harness.clock.advance(1_000)
    world.removal = {code: 'not_ready', message: 'There was no answer.'}
    world.hasLeft = true
    world.isSeen = false
    await harness.run()
    const kept = {
      state: 'kept',
      files: 0,
      isUnderWay: false,
      message: expect.stringContaining('left the configuration'),
    }
    expect([await harness.files(), list()]).toMatchObject([there, [kept]])
    expect(harness.journal.at(-1)).toMatchObject({verb: 'recycle', phase: 'unconfirmed'})
    const {id} = list()[0]!
    await expect(harness.service().restore(by, id)).rejects.toMatchObject({code: 'undo_impossible'})
    // It is back: the torrent comes back like every other.
    world.hasLeft = false
    world.removal = null
    world.torrent = null
    world.isSeen = true
    await harness.service().restore(by, id)
    expect(harness.added).toHaveLength(1)
  })
}

test('S44 what was being moved when its server left is brought back to where it was, and the torrent is kept', async () => {
  const harness = await trashHarness()
  const {world, list} = harness
  let moved = 0
  world.beforeMove = () => {
    if (++moved >= 2) throw full
  }
  await harness.remove('removeWithData')
  await harness.until(() => isStuck(harness))
  world.beforeMove = () => {}
  world.hasLeft = true
  await harness.run()
  expect([await harness.files(), list()]).toMatchObject([
    there,
    [
      {
        state: 'kept',
        files: 0,
        isUnderWay: false,
        message: expect.stringContaining('before its files were moved'),
      },
    ],
  ])
  await harness.service().purge(by, list()[0]!.id)
  expect([await harness.files(), list()[0]!.state]).toEqual([there, 'purged'])
})
