import {expect, test} from 'vitest'
import {by} from '#executor/executor-harness.fixture.ts'
import {CommodarrError} from '#model/errors.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {film, metainfo, trashHouse} from './trash-harness.fixture.ts'

const DAY_MS = 86_400_000
const there = ['Film/Subs/a.srt', 'Film/a.mkv']
const aside = ['aside: 1 a.mkv', 'aside: 2 a.srt', 'aside: note.json', 'aside: recycled']
const unshared = {why: 'No folders are mapped.', isSettled: true}
const away = {why: 'The folder of its files is not there on our own disks.', isSettled: false}

type Harness = Awaited<ReturnType<typeof trashHouse>>
const sent = ({orders}: Harness) =>
  orders.map(({command}) => `${command.verb} ${JSON.stringify(command.args)}`)

function change(house: Harness, fields: Partial<TorrentRecord>): void {
  house.world.torrent = {...house.world.torrent!, ...fields}
}

test('with its files: the server loses the torrent alone, the files are set aside, and it comes back running', async () => {
  const house = await trashHouse()
  change(house, {state: 'seeding', downLimit: 5, ratioLimit: 2, seedTimeLimit: 'inherit'})
  expect(await house.remove('removeWithData')).toEqual({outcome: 'done'})
  expect(await house.files()).toEqual(there)
  await house.run()
  expect([sent(house), await house.files()]).toEqual([['remove {}'], aside])
  const [item] = house.list()
  expect(item).toMatchObject({verb: 'recycle', files: 2, bytes: 25, state: 'kept', rule: null})
  expect(item!.until - item!.setAsideAt).toBe(7 * DAY_MS)
  const {terms, setsAside} = house.orders[0]!
  expect([setsAside, terms!(house.orders[0]!.keys[0]!).journal]).toEqual([true, {causeId: item!.id}])
  expect(house.journal.at(-1)).toMatchObject({
    id: item!.id,
    verb: 'recycle',
    phase: 'confirmed',
    actor: by.actor,
    name: 'Film',
  })

  await house.service().restore(by, item!.id)
  expect(await house.files()).toEqual(there)
  expect(house.added).toEqual([
    {
      source: {torrent: metainfo, fileName: `${film.hash}.torrent`},
      comesBack: true,
      start: false,
      tags: ['a'],
      data: 'brought',
      savePath: house.root,
      category: 'films',
      downLimit: 5,
      ratioLimit: 2,
    },
  ])
  await house.settle()
  expect([house.sent.at(-1), house.list()[0]!.state]).toEqual(['start {}', 'restored'])
  expect(house.journal.at(-1)).toMatchObject({id: item!.id, phase: 'undone'})
})

test('the torrent alone is kept with its torrent file, and its files are not touched', async () => {
  const house = await trashHouse()
  expect(await house.remove('remove')).toEqual({outcome: 'done'})
  await house.run()
  const [item] = house.list()
  expect([sent(house), await house.files(), item]).toMatchObject([
    ['remove {}'],
    there,
    {verb: 'remove', files: 0, state: 'kept'},
  ])
  const {terms, setsAside} = house.orders[0]!
  expect([setsAside, terms!(house.orders[0]!.keys[0]!).id]).toEqual([false, item!.id])
  await house.service().restore(by, item!.id)
  expect(house.added).toMatchObject([{source: {torrent: metainfo}, start: false}])
})

test.each(['remove', 'removeWithData'] as const)(
  'what a person brings back before it is sent stays, whatever is looked at meanwhile: %s',
  async (verb) => {
    const house = await trashHouse()
    house.world.beforeRemovalSent = () => house.service().restore(by, house.list()[0]!.id)
    expect(await house.remove(verb)).toMatchObject({outcome: 'refused', code: 'changed_meanwhile'})
    await house.run()
    expect([house.list(), house.world.torrent !== null]).toMatchObject([[{state: 'restored'}], true])
    expect(await house.files()).toEqual(there)
  },
)

test('what is sent while its server is asked whether it still has it is not brought back', async () => {
  const house = await trashHouse()
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
  const house = await trashHouse()
  expect(await house.remove('removeWithData', {freeAtOnce: true})).toEqual({outcome: 'done'})
  await house.run()
  expect([sent(house), house.list()]).toEqual([['removeWithData {"freeAtOnce":true}'], []])
})

for (const [what, no, args, becomes] of [
  ['a server that shares no disk', unshared, {}, 'refused'],
  ['a server that shares no disk, named beforehand', unshared, {freeOn: [film.serverId]}, 'gone'],
  ['a server that shares no disk, when others were named', unshared, {freeOn: ['other']}, 'refused'],
  ['a disk that is away', away, {}, 'refused'],
  ['a disk that is away, named beforehand', away, {freeOn: [film.serverId]}, 'gone'],
] as const) {
  test(`on ${what}, files are ${becomes === 'gone' ? 'permanently gone' : 'left, and it is said why'}`, async () => {
    const house = await trashHouse()
    house.world.noTrash = no
    const end = await house.remove('removeWithData', args)
    const refused = {
      outcome: 'refused',
      code: 'trash_impossible',
      message: `${no.why} Without the trash it is deleted permanently.`,
    }
    expect([end, sent(house), house.list()]).toEqual(
      becomes === 'gone'
        ? [{outcome: 'done'}, ['removeWithData {"freeAtOnce":true}'], []]
        : [refused, [], []],
    )
  })
}

test('files that turn out not to be movable are not removed, whatever was said of the server', async () => {
  const house = await trashHouse()
  house.world.why = 'Cannot determine the file locations from the torrent’s file names.'
  expect(await house.remove('removeWithData', {freeOn: [film.serverId]})).toMatchObject({
    outcome: 'refused',
    code: 'trash_impossible',
    message: house.world.why,
  })
  Object.assign(house.world, {why: 'None of its files is there.', isNothing: true})
  expect(await house.remove('removeWithData')).toMatchObject({code: 'trash_impossible'})
  expect([sent(house), house.list()]).toEqual([[], []])
})

test('S38 who was told that nobody can say who else needs it, and wants it gone, says so to the guards in every way', async () => {
  const house = await trashHouse()
  await house.remove('removeWithData', {acceptsDoubt: true})
  expect(sent(house)).toEqual(['remove {"acceptsDoubt":true}'])
  const permanent = await trashHouse()
  permanent.world.noTrash = unshared
  await permanent.remove('removeWithData', {acceptsDoubt: true, freeOn: [film.serverId]})
  expect(sent(permanent)).toEqual(['removeWithData {"freeAtOnce":true,"acceptsDoubt":true}'])
})

test('what has no data as far as we see is removed alone, and can be added again: its mapping may lead elsewhere', async () => {
  for (const fields of [{hasMetadata: false}, {completed: 0}]) {
    const house = await trashHouse()
    change(house, fields)
    Object.assign(house.world, {why: 'None of its files is there.', isNothing: true})
    expect(await house.remove('removeWithData')).toEqual({outcome: 'done'})
    expect([sent(house), house.list()]).toMatchObject([['remove {}'], [{verb: 'remove', files: 0}]])
  }
})

test('what guards refuse is not looked into; what cannot be kept, or is not taken, is in no trash', async () => {
  const house = await trashHouse()
  house.world.refusal = {outcome: 'refused', code: 'content_shared', message: 'It is also that of "b".'}
  expect(await house.remove('removeWithData')).toBe(house.world.refusal)
  house.world.refusal = null
  house.world.exportFault = new CommodarrError('server_unreachable', 'No answer.')
  for (const verb of ['remove', 'removeWithData'] as const)
    expect(await house.remove(verb)).toMatchObject({outcome: 'refused', code: 'server_unreachable'})
  expect(sent(house)).toEqual([])

  house.world.exportFault = null
  house.world.answer = {outcome: 'failed', code: 'command_refused', message: 'No.'}
  for (const verb of ['remove', 'removeWithData'] as const)
    expect(await house.remove(verb)).toBe(house.world.answer)
  const lines = house.journal.length
  await house.run()
  expect([house.list(), await house.files(), house.journal.length]).toEqual([[], there, lines])
})

test('S43 what its server tells to be another one, as soon as it is asked, is refused as that, wherever its files are', async () => {
  const refusal = {outcome: 'refused', code: 'changed_meanwhile', message: 'It is another one.'} as const
  for (const verb of ['remove', 'removeWithData'] as const) {
    const house = await trashHouse()
    house.world.refreshed = () => {
      house.world.refusal = refusal
      house.world.why = 'Cannot determine the file locations from the torrent’s file names.'
    }
    expect(await house.remove(verb)).toBe(refusal)
    await house.run()
    expect([sent(house), house.list(), await house.files()]).toEqual([[], [], there])
  }
})

for (const [dies, end] of [
  ['before', 'stays where it is'],
  ['after', 'is set aside all the same'],
] as const) {
  test(`S11 killed ${dies} its removal went out, it ${end}, and nothing is sent by the next start`, async () => {
    const house = await trashHouse()
    house.world.dies = dies
    void house.remove('removeWithData')
    await expect.poll(() => house.orders.length).toBe(1)
    await house.restart()
    await house.run()
    const [files, item] = [await house.files(), house.list()]
    if (dies === 'before') expect([files, item]).toEqual([there, []])
    else expect([files, item]).toMatchObject([aside, [{state: 'kept', files: 2}]])
    expect(house.orders).toHaveLength(1)
  })
}

test('while it is being set aside it is neither brought back nor let go', async () => {
  const house = await trashHouse()
  house.world.isSeen = false
  await house.remove('removeWithData')
  const {id, isUnderWay} = house.list()[0]!
  expect(isUnderWay).toBe(true)
  for (const verb of ['restore', 'purge'] as const)
    await expect(house.service()[verb](by, id)).rejects.toMatchObject({code: 'changed_meanwhile'})
  house.world.isSeen = true
  await house.run()
  expect(house.list()[0]!.isUnderWay).toBe(false)
  await house.service().purge(by, id)
  expect([await house.files(), house.list()[0]!.state]).toEqual([[], 'purged'])
})

test('each of several torrents has its answer, in the order of asking, and one asked twice is removed once', async () => {
  const house = await trashHouse()
  const gone = {...film, hash: film.hash.replace(/.$/, 'f') as typeof film.hash}
  const keys = [gone, film, film]
  const results = await house.removals().run({by, keys, command: {verb: 'remove', args: {}}})
  expect(results.map(({key}) => key)).toEqual(keys)
  expect(house.orders.filter(({keys: [key]}) => key === film)).toHaveLength(1)
})
