import {expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import type {OrphanResult} from '#model/orphans.ts'
import {aside as asideRule, orphanRemoverHarness} from './orphan-remover-harness.fixture.ts'

const there = ['films/Lost/Subs/film.srt', 'films/Lost/film.mkv']
const aside = ['aside: 1 film.mkv', 'aside: 2 film.srt', 'aside: note.json', 'aside: recycled']
const endsOf = (results: readonly OrphanResult[]) =>
  results.map(({result}) => (result.outcome === 'done' ? 'done' : result.code))

test('S09 written down first, then set aside as a whole, and in the trash for seven days', async () => {
  const {act, run, files, lines, journal, trash} = await orphanRemoverHarness()
  expect(endsOf(await act('orphan.recycle'))).toEqual(['done'])
  expect(lines()[0]).toBe('orphan.recycle sending')
  await run()
  expect([await files(), lines()]).toEqual([aside, ['orphan.recycle sending', 'orphan.recycle confirmed']])
  expect(new Set(journal.map(({id}) => id)).size).toBe(1)
  expect(journal[0]).toMatchObject({subject: 'path', hash: null, args: {files: 2, bytes: 10}})
  const [record] = trash()
  expect(record).toMatchObject({verb: 'orphan.recycle', state: 'kept', bytes: 10, rule: null})
  expect(record!.until - record!.setAsideAt).toBe(7 * 86_400_000)
})

test('S09 deleted, it was set aside first, is counted, and nothing of it is left', async () => {
  const {act, run, files, lines, trash, spent} = await orphanRemoverHarness()
  expect(endsOf(await act('orphan.delete'))).toEqual(['done'])
  await run()
  expect([await files(), lines().at(-1)]).toEqual([[], 'orphan.delete confirmed'])
  expect([trash().map(({state}) => state), spent()]).toEqual([['purged'], {count: 1, bytes: 10}])
})

test('S09 a trial does and counts nothing', async () => {
  const {act, files, lines, trash, spent} = await orphanRemoverHarness()
  for (const verb of ['orphan.recycle', 'orphan.delete'] as const)
    expect(endsOf(await act(verb, {isTrial: true}))).toEqual(['done'])
  expect([await files(), lines(), trash(), spent().count]).toEqual([there, [], [], 0])
})

test('S09 who is no administrator, or confirms something else than is in the list, is refused', async () => {
  const {act, files, lines, own} = await orphanRemoverHarness()
  const code = (error: unknown) => (error as CommodarrError).code
  expect(await act('orphan.recycle', {files: 3}).catch(code)).toBe('changed_meanwhile')
  own.isAdmin = false
  expect(await act('orphan.recycle').catch(code)).toBe('forbidden')
  expect([await files(), lines()]).toEqual([there, []])
})

test('S09 what is none any more, was not watched for long enough, or cannot be written down, stays', async () => {
  const {act, files, lines, trash, own, world} = await orphanRemoverHarness()
  own.no.set('Lost', {code: 'changed_meanwhile', message: 'A server is away.'})
  expect(endsOf(await act('orphan.recycle'))).toEqual(['changed_meanwhile'])
  own.no.clear()
  world.journalFails = true
  expect(endsOf(await act('orphan.delete'))).toEqual(['storage_unavailable'])
  world.journalFails = false
  own.isDeletable = false
  expect(endsOf(await act('orphan.delete'))).toEqual(['changed_meanwhile'])
  expect([await files(), trash(), lines()]).toEqual([there, [], []])
})

test('S09 limits hold: bytes at once for both, and how many are deleted at once and in an hour', async () => {
  const names = Array.from({length: 25}, (_, n) => `Lost ${n}`)
  const {act, run, own, spent, clock} = await orphanRemoverHarness(names)
  own.bytes = 2 ** 39
  const huge = endsOf(await act('orphan.recycle', {ids: names.slice(0, 3), isTrial: true}))
  expect(huge).toEqual(['done', 'done', 'too_many_actions'])
  own.bytes = 10
  const deleted = async (from: number, to: number) => {
    const ends = endsOf(await act('orphan.delete', {ids: names.slice(from, to)}))
    await run()
    return ends.filter((end) => end === 'done').length
  }
  expect([await deleted(0, 11), await deleted(10, 19), await deleted(19, 25)]).toEqual([10, 9, 1])
  expect(spent().count).toBe(20)
  await clock.advance(3_600_000)
  expect(await deleted(20, 25)).toBe(5)
})

test('S09 files that a torrent needs by now stay where they are, all of them, and are in no trash', async () => {
  const {act, run, world, files, lines, trash} = await orphanRemoverHarness()
  let asked = 0
  // The first one has been moved by then.
  world.beforeTouch = async () => {
    if (++asked === 2) world.owner = 'another torrent'
  }
  await act('orphan.recycle')
  await run()
  expect([await files(), trash(), lines().at(-1)]).toEqual([
    there,
    [],
    'orphan.recycle failed content_shared',
  ])
})

for (const [when, file] of [
  ['before the first file moved', 1],
  ['between two files', 2],
] as const) {
  for (const verb of ['orphan.recycle', 'orphan.delete'] as const) {
    test(`S09 killed ${when} all of it is where it was after the next start: ${verb}`, async () => {
      const {act, run, restart, diesBefore, files, lines, trash} = await orphanRemoverHarness()
      const dying = diesBefore(file)
      await act(verb)
      await dying
      await restart()
      await run()
      expect([await files(), trash(), lines().at(-1)]).toEqual([there, [], `${verb} failed interrupted`])
    })
  }
}

for (const [when, file] of [
  ['when all was set aside', 3],
  ['between two files that go', 4],
] as const) {
  test(`S09 killed ${when} what was to be deleted is gone after the next start`, async () => {
    const {act, run, restart, diesBefore, files, lines, trash} = await orphanRemoverHarness()
    const dying = diesBefore(file)
    await act('orphan.delete')
    await dying
    await restart()
    await run()
    expect([await files(), lines().at(-1)]).toEqual([[], 'orphan.delete confirmed'])
    expect(trash().map(({state}) => state)).toEqual(['purged'])
  })
}

test('S09 what cannot be deleted once it was set aside lies in the trash, and that is reported', async () => {
  const {act, run, world, files, lines, trash} = await orphanRemoverHarness()
  let asked = 0
  world.beforeTouch = async () => {
    if (++asked === 3) world.owner = 'another torrent'
  }
  await act('orphan.delete')
  await run()
  expect([(await files()).slice(0, 2), trash().map(({state}) => state)]).toEqual([
    aside.slice(0, 2),
    ['kept'],
  ])
  expect(lines().at(-1)).toBe('orphan.delete failed content_shared')
})

test('S29 what waits to move is left where it is once its user may not administer any more', async () => {
  const {act, run, own, files, lines, trash} = await orphanRemoverHarness()
  own.mayGoOn = false
  await act('orphan.recycle')
  await run()
  expect([await files(), trash()]).toEqual([there, []])
  expect(lines().at(-1)).toBe('orphan.recycle failed forbidden')
})

test('S29 what waits to be deleted stays in the trash once its user may not administer any more', async () => {
  const {act, run, own, world, files, lines, trash} = await orphanRemoverHarness()
  let asked = 0
  world.beforeTouch = async () => {
    if (++asked === 2) own.mayGoOn = false
  }
  await act('orphan.delete')
  await run()
  expect([await files(), trash().map(({state}) => state)]).toEqual([aside, ['kept']])
  expect(lines().at(-1)).toBe('orphan.delete failed forbidden')
})

for (const verb of ['orphan.recycle', 'orphan.delete'] as const) {
  test(`S09 for a rule it is counted, written down and kept as what that rule did: ${verb}`, async () => {
    const {actForRule, run, files, journal, trash, spentByRule} = await orphanRemoverHarness()
    expect(await actForRule(verb)).toBeNull()
    await run()
    expect(await files()).toEqual(verb === 'orphan.recycle' ? aside : [])
    expect(journal.map(({phase}) => phase)).toEqual(['sending', 'confirmed'])
    expect(journal.map(({ruleId, decided}) => [ruleId, decided?.ruleRevision])).toEqual([
      ['aside', 2],
      ['aside', undefined],
    ])
    expect(journal[0]).toMatchObject({actor: {name: 'Aside', origin: 'rule'}, subject: 'path', verb})
    const [record] = trash()
    expect([record!.rule, record!.userId, spentByRule()]).toEqual([asideRule, null, {count: 1, bytes: 10}])
    expect(record!.until - record!.setAsideAt).toBe(30 * 86_400_000)
  })
}

test('S09 for a rule nothing moves that is none any more, that it does not want any more, or without a right or a line', async () => {
  const {actForRule, files, trash, spentByRule, lines, own, world} = await orphanRemoverHarness()
  expect(await actForRule('orphan.recycle', {code: 'changed_meanwhile', message: 'rule_revision'})).toBe(
    'changed_meanwhile',
  )
  own.no.set('Lost', {code: 'changed_meanwhile', message: 'A server is away.'})
  expect(await actForRule('orphan.recycle')).toBe('changed_meanwhile')
  own.no.clear()
  own.isDeletable = false
  expect(await actForRule('orphan.delete')).toBe('changed_meanwhile')
  own.isAdmin = false
  const code = (error: unknown) => (error as CommodarrError).code
  expect(await actForRule('orphan.recycle').catch(code)).toBe('forbidden')
  expect([await files(), trash(), spentByRule().count, lines()]).toEqual([there, [], 0, []])
  own.isAdmin = true
  world.journalFails = true
  expect(await actForRule('orphan.recycle')).toBe('storage_unavailable')
  expect([await files(), trash(), spentByRule().count]).toEqual([there, [], 0])
})

test('S09 what could not be moved counts as nothing that its rule did', async () => {
  const {actForRule, run, world, files, lines, trash, spentByRule} = await orphanRemoverHarness()
  world.owner = 'another torrent'
  expect(await actForRule('orphan.recycle')).toBeNull()
  await run()
  expect([await files(), trash(), lines().at(-1)]).toEqual([
    there,
    [],
    'orphan.recycle failed content_shared',
  ])
  expect(spentByRule().count).toBe(0)
})

test('S58 while the configuration lacks protections a rule moves nothing, and a person goes on', async () => {
  const {act, actForRule, run, world, files, lines, trash, spentByRule} = await orphanRemoverHarness()
  world.lostSettings = 1
  await actForRule('orphan.delete')
  await run()
  expect([await files(), trash(), lines().at(-1)]).toEqual([there, [], 'orphan.delete failed lost_settings'])
  expect(spentByRule().count).toBe(0)
  expect(endsOf(await act('orphan.delete'))).toEqual(['done'])
  await run()
  expect([await files(), lines().at(-1)]).toEqual([[], 'orphan.delete confirmed'])
})

test('S09 killed between two files of what a rule sets aside all of it is where it was, and its line says so', async () => {
  const {actForRule, run, restart, diesBefore, files, journal, trash, spentByRule} =
    await orphanRemoverHarness()
  const dying = diesBefore(2)
  await actForRule('orphan.recycle')
  await dying
  await restart()
  await run()
  expect([await files(), trash()]).toEqual([there, []])
  expect(journal.at(-1)).toMatchObject({phase: 'failed', code: 'interrupted', ruleId: 'aside'})
  expect(spentByRule().count).toBe(0)
})

test('S09 what the trash cannot keep is not begun, counts as nothing, and its line says so', async () => {
  const {actForRule, files, memory, trash, lines, spentByRule} = await orphanRemoverHarness()
  memory().trash.setAside = () =>
    Promise.reject(new CommodarrError('storage_unavailable', 'The disk is full.'))
  expect(await actForRule('orphan.recycle')).toBe('storage_unavailable')
  expect([await files(), trash(), spentByRule().count]).toEqual([there, [], 0])
  expect(lines().at(-1)).toBe('orphan.recycle failed storage_unavailable')
})

test('S09 what can go neither on nor back for an hour stays in the trash, and that is reported', async () => {
  const {act, run, write, world, files, lines, trash} = await orphanRemoverHarness()
  let asked = 0
  // The first one has been moved by then.
  world.beforeTouch = async () => {
    if (++asked !== 2) return
    world.owner = 'another torrent'
    await write('films/Lost/film.mkv', 'another one')
  }
  await act('orphan.recycle')
  await run()
  expect([(await files())[0], trash().map(({state}) => state)]).toEqual(['aside: 1 film.mkv', ['kept']])
  expect(lines().at(-1)).toBe('orphan.recycle failed path_refused')
})
