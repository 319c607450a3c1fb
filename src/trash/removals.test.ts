import {expect, test} from 'vitest'
import {by} from '#executor/executor-harness.fixture.ts'
import {CommodarrError} from '#model/errors.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {film, metainfo, trashHarness} from './trash-harness.fixture.ts'

const DAY_MS = 86_400_000
const there = ['Film/Subs/a.srt', 'Film/a.mkv']
const aside = ['aside: 1 a.mkv', 'aside: 2 a.srt', 'aside: note.json', 'aside: recycled']
const unshared = {why: 'No folders are mapped.', isSettled: true}
const away = {why: 'The folder of its files is not there on our own disks.', isSettled: false}

type Harness = Awaited<ReturnType<typeof trashHarness>>
const sent = ({orders}: Harness) =>
  orders.map(({command}) => `${command.verb} ${JSON.stringify(command.args)}`)

function change(harness: Harness, fields: Partial<TorrentRecord>): void {
  harness.world.torrent = {...harness.world.torrent!, ...fields}
}

test('with its files: the server loses the torrent alone, the files are set aside, and it comes back running', async () => {
  const harness = await trashHarness()
  change(harness, {state: 'seeding', downLimit: 5, ratioLimit: 2, seedTimeLimit: 'inherit'})
  expect(await harness.remove('removeWithData')).toEqual({outcome: 'done'})
  expect(await harness.files()).toEqual(there)
  await harness.run()
  expect([sent(harness), await harness.files()]).toEqual([['remove {}'], aside])
  const [item] = harness.list()
  expect(item).toMatchObject({verb: 'recycle', files: 2, bytes: 25, state: 'kept', rule: null})
  expect(item!.until - item!.setAsideAt).toBe(7 * DAY_MS)
  const {terms, setsAside} = harness.orders[0]!
  expect([setsAside, terms!(harness.orders[0]!.keys[0]!).journal]).toEqual([true, {causeId: item!.id}])
  expect(harness.journal.at(-1)).toMatchObject({
    id: item!.id,
    verb: 'recycle',
    phase: 'confirmed',
    actor: by.actor,
    name: 'Film',
  })

  await harness.service().restore(by, item!.id)
  expect(await harness.files()).toEqual(there)
  expect(harness.added).toEqual([
    {
      source: {torrent: metainfo, fileName: `${film.hash}.torrent`},
      comesBack: true,
      start: false,
      tags: ['a'],
      data: 'brought',
      savePath: harness.root,
      category: 'films',
      downLimit: 5,
      ratioLimit: 2,
    },
  ])
  await harness.settle()
  expect([harness.sent.at(-1), harness.list()[0]!.state]).toEqual(['start {}', 'restored'])
  expect(harness.journal.at(-1)).toMatchObject({id: item!.id, phase: 'undone'})
})

test('the torrent alone is kept with its torrent file, and its files are not touched', async () => {
  const harness = await trashHarness()
  expect(await harness.remove('remove')).toEqual({outcome: 'done'})
  await harness.run()
  const [item] = harness.list()
  expect([sent(harness), await harness.files(), item]).toMatchObject([
    ['remove {}'],
    there,
    {verb: 'remove', files: 0, state: 'kept'},
  ])
  const {terms, setsAside} = harness.orders[0]!
  expect([setsAside, terms!(harness.orders[0]!.keys[0]!).id]).toEqual([false, item!.id])
  await harness.service().restore(by, item!.id)
  expect(harness.added).toMatchObject([{source: {torrent: metainfo}, start: false}])
})

test.each(['remove', 'removeWithData'] as const)(
  'what a person brings back before it is sent stays, whatever is looked at meanwhile: %s',
  async (verb) => {
    const house = await trashHarness()
    house.world.beforeRemovalSent = () => house.service().restore(by, house.list()[0]!.id)
    expect(await house.remove(verb)).toMatchObject({outcome: 'refused', code: 'changed_meanwhile'})
    await house.run()
    expect([house.list(), house.world.torrent !== null]).toMatchObject([[{state: 'restored'}], true])
    expect(await house.files()).toEqual(there)
  },
)

test('what is sent while its server is asked whether it still has it is not brought back', async () => {
  const house = await trashHarness()
  const {world, list} = house
  world.answer = {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'}
  await house.remove('removeWithData')
  Object.defineProperty(world, 'pollFault', {
    get: () => {
      world.removal = {code: 'not_ready', message: 'Its removal is under way.'}
      return null
    },
  })
  await expect(house.service().restore(by, list()[0]!.id)).rejects.toMatchObject({code: 'changed_meanwhile'})
  expect(list()).toMatchObject([{state: 'kept'}])
})

test('free at once goes past the trash', async () => {
  const harness = await trashHarness()
  expect(await harness.remove('removeWithData', {freeAtOnce: true})).toEqual({outcome: 'done'})
  await harness.run()
  expect([sent(harness), harness.list()]).toEqual([['removeWithData {"freeAtOnce":true}'], []])
})

for (const [what, no, args, becomes] of [
  ['a server that shares no disk', unshared, {}, 'refused'],
  ['a server that shares no disk, named beforehand', unshared, {freeOn: [film.serverId]}, 'gone'],
  ['a server that shares no disk, when others were named', unshared, {freeOn: ['other']}, 'refused'],
  ['a disk that is away', away, {}, 'refused'],
  ['a disk that is away, named beforehand', away, {freeOn: [film.serverId]}, 'gone'],
] as const) {
  test(`on ${what}, files are ${becomes === 'gone' ? 'permanently gone' : 'left, and it is said why'}`, async () => {
    const harness = await trashHarness()
    harness.world.noTrash = no
    const end = await harness.remove('removeWithData', args)
    const refused = {
      outcome: 'refused',
      code: 'trash_impossible',
      message: `${no.why} Without the trash it is deleted permanently.`,
    }
    expect([end, sent(harness), harness.list()]).toEqual(
      becomes === 'gone'
        ? [{outcome: 'done'}, ['removeWithData {"freeAtOnce":true}'], []]
        : [refused, [], []],
    )
  })
}

test('files that turn out not to be movable are not removed, whatever was said of the server', async () => {
  const harness = await trashHarness()
  harness.world.why = 'Cannot determine the file locations from the torrent’s file names.'
  expect(await harness.remove('removeWithData', {freeOn: [film.serverId]})).toMatchObject({
    outcome: 'refused',
    code: 'trash_impossible',
    message: harness.world.why,
  })
  Object.assign(harness.world, {why: 'None of its files is there.', isNothing: true})
  expect(await harness.remove('removeWithData')).toMatchObject({code: 'trash_impossible'})
  expect([sent(harness), harness.list()]).toEqual([[], []])
})

test('S38 a user who knows that its other owners are unknown, and wants it gone, says so to the guards in every way', async () => {
  const harness = await trashHarness()
  await harness.remove('removeWithData', {acceptsDoubt: true})
  expect(sent(harness)).toEqual(['remove {"acceptsDoubt":true}'])
  const permanent = await trashHarness()
  permanent.world.noTrash = unshared
  await permanent.remove('removeWithData', {acceptsDoubt: true, freeOn: [film.serverId]})
  expect(sent(permanent)).toEqual(['removeWithData {"freeAtOnce":true,"acceptsDoubt":true}'])
})

test('what has no data as far as we see is removed alone, and can be added again: its mapping may lead elsewhere', async () => {
  for (const fields of [{hasMetadata: false}, {completed: 0}]) {
    const harness = await trashHarness()
    change(harness, fields)
    Object.assign(harness.world, {why: 'None of its files is there.', isNothing: true})
    expect(await harness.remove('removeWithData')).toEqual({outcome: 'done'})
    expect([sent(harness), harness.list()]).toMatchObject([['remove {}'], [{verb: 'remove', files: 0}]])
  }
})

test('what guards refuse is not looked into; what cannot be kept, or is not taken, is in no trash', async () => {
  const harness = await trashHarness()
  harness.world.refusal = {outcome: 'refused', code: 'content_shared', message: 'It is also that of "b".'}
  expect(await harness.remove('removeWithData')).toBe(harness.world.refusal)
  harness.world.refusal = null
  harness.world.exportFault = new CommodarrError('server_unreachable', 'No answer.')
  for (const verb of ['remove', 'removeWithData'] as const)
    expect(await harness.remove(verb)).toMatchObject({outcome: 'refused', code: 'server_unreachable'})
  expect(sent(harness)).toEqual([])

  harness.world.exportFault = null
  harness.world.answer = {outcome: 'failed', code: 'command_refused', message: 'No.'}
  for (const verb of ['remove', 'removeWithData'] as const)
    expect(await harness.remove(verb)).toBe(harness.world.answer)
  const lines = harness.journal.length
  await harness.run()
  expect([harness.list(), await harness.files(), harness.journal.length]).toEqual([[], there, lines])
})

test('S43 what its server reports to be another one, as soon as it is asked, is refused as that, wherever its files are', async () => {
  const refusal = {outcome: 'refused', code: 'changed_meanwhile', message: 'It is another one.'} as const
  for (const verb of ['remove', 'removeWithData'] as const) {
    const harness = await trashHarness()
    harness.world.refreshed = () => {
      harness.world.refusal = refusal
      harness.world.why = 'Cannot determine the file locations from the torrent’s file names.'
    }
    expect(await harness.remove(verb)).toBe(refusal)
    await harness.run()
    expect([sent(harness), harness.list(), await harness.files()]).toEqual([[], [], there])
  }
})

for (const [dies, end] of [
  ['before', 'stays where it is'],
  ['after', 'is set aside all the same'],
] as const) {
  test(`S11 killed ${dies} its removal went out, it ${end}, and nothing is sent by the next start`, async () => {
    const harness = await trashHarness()
    harness.world.dies = dies
    void harness.remove('removeWithData')
    await expect.poll(() => harness.orders.length).toBe(1)
    await harness.restart()
    await harness.run()
    const [files, item] = [await harness.files(), harness.list()]
    if (dies === 'before') expect([files, item]).toEqual([there, []])
    else expect([files, item]).toMatchObject([aside, [{state: 'kept', files: 2}]])
    expect(harness.orders).toHaveLength(1)
  })
}

test('while it is being set aside it is neither brought back nor let go', async () => {
  const harness = await trashHarness()
  harness.world.isSeen = false
  await harness.remove('removeWithData')
  const {id, isUnderWay} = harness.list()[0]!
  expect(isUnderWay).toBe(true)
  for (const verb of ['restore', 'purge'] as const)
    await expect(harness.service()[verb](by, id)).rejects.toMatchObject({code: 'changed_meanwhile'})
  harness.world.isSeen = true
  await harness.run()
  expect(harness.list()[0]!.isUnderWay).toBe(false)
  await harness.service().purge(by, id)
  expect([await harness.files(), harness.list()[0]!.state]).toEqual([[], 'purged'])
})

test('each of several torrents has its answer, in the order of asking, and one asked twice is removed once', async () => {
  const harness = await trashHarness()
  const gone = {...film, hash: film.hash.replace(/.$/, 'f') as typeof film.hash}
  const keys = [gone, film, film]
  const results = await harness.removals().run({by, keys, command: {verb: 'remove', args: {}}})
  expect(results.map(({key}) => key)).toEqual(keys)
  expect(harness.orders.filter(({keys: [key]}) => key === film)).toHaveLength(1)
})
