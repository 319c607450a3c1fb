import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asInfoHash, asServerId, keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {LibraryFiles} from '../arr/library-places.ts'
import type {Questions} from '../manager/messages.ts'
import {LibraryInData} from './libraries-for-people.ts'

const arr = asArrId('Radarr')
const hash = asInfoHash('a'.repeat(40))!
const [key, other] = ['A', 'B'].map((id) => ({serverId: asServerId(id), hash})) as [TorrentKey, TorrentKey]

/** A torrent and its twins, and an Arr that says what a test says. */
function world(records: ReadonlyMap<TorrentKey, Partial<TorrentRecord>>) {
  const asked: Questions['libraryFiles']['asked'][] = []
  const says = {
    found: {inside: 0, elsewhere: [], isWhole: true} as LibraryFiles | null,
    own: 0 as number | null,
    files: [] as readonly string[],
    fault: null as Error | null,
    /** Servers whose word counts for nobody here. */
    deaf: [] as readonly string[],
  }
  const recordOf = (of: TorrentKey) =>
    [...records].find(([it]) => keyText(it) === keyText(of))?.[1] as TorrentRecord | undefined
  const looker = () =>
    new LibraryInData(
      {get: (of) => recordOf(of) ?? null, holders: () => [...records.keys()]},
      {files: async () => says.files.map((path) => ({path}) as TorrentFile)},
      {
        async ask(_id, _name, question) {
          asked.push(question as Questions['libraryFiles']['asked'])
          if (says.fault) throw says.fault
          return says.found
        },
      },
      {ownAmong: async () => says.own, stateOfEach: async (_, landed) => landed.map(() => 'linked' as const)},
      (id) => (says.deaf.includes(id) ? asUserId('mia') : null),
    )
  return {says, asked, look: () => looker().count(key, arr), uses: () => looker().uses(key, arr)}
}

const film = {contentPath: '/data/film', savePath: '/data', category: 'films'}

test('what lies in it by its path counts, and what the disk shows to be its own', async () => {
  const {says, look, asked} = world(new Map([[key, film]]))
  expect(await look()).toBe(0)
  says.found = {inside: 2, elsewhere: [], isWhole: true}
  expect(await look()).toBe(2)
  says.own = 1
  expect(await look()).toBe(3)
  says.found = {inside: 0, elsewhere: [], isWhole: true}
  expect(await look()).toBe(1)
  const [question] = asked
  expect(question).toMatchObject({
    data: {places: ['/data/film'], savePath: '/data', copies: []},
    category: 'films',
    copies: [],
  })
})

test('it is not known where the Arr, the disk or the files cannot be asked, or not all was looked at', async () => {
  const {says, look} = world(new Map([[key, film]]))
  says.own = null
  expect(await look()).toBeNull()
  // What lies in it by its path is known anyway.
  says.found = {inside: 2, elsewhere: [], isWhole: false}
  expect(await look()).toBe(2)
  says.own = 0
  says.found = {inside: 0, elsewhere: [], isWhole: false}
  expect(await look()).toBeNull()
  says.found = null
  expect(await look()).toBeNull()
  says.fault = new CommodarrError('arr_not_ready', 'It is away.')
  expect(await look()).toBeNull()
  says.fault = new Error('a mistake of ours')
  await expect(look()).rejects.toThrow('a mistake of ours')
})

test('it is not known of a torrent whose place is not known, or that is gone', async () => {
  expect(await world(new Map([[key, {savePath: '/data', category: ''}]])).look()).toBeNull()
  expect(await world(new Map()).look()).toBeNull()
})

test('a torrent without a folder of its own is asked about by its files, unless there are very many', async () => {
  const {says, look, asked} = world(new Map([[key, {...film, contentPath: '/data'}]]))
  says.files = ['a.mkv', 'b/c.mkv']
  await look()
  expect(asked[0]!.data.places).toEqual(['/data/a.mkv', '/data/b/c.mkv'])
  says.files = Array.from({length: 201}, (_, at) => `${at}.mkv`)
  expect(await look()).toBeNull()
  expect(asked).toHaveLength(1)
})

test('the Arr learns of the same torrent on another server: by one path its category, by another its path', async () => {
  const twins = world(
    new Map([
      [key, film],
      [other, {...film, category: 'cross'}],
    ]),
  )
  await twins.look()
  expect(twins.asked[0]!.copies).toEqual(['cross'])
  twins.says.deaf = ['B']
  await twins.look()
  expect(twins.asked[1]!.copies).toEqual([])
  const apart = world(
    new Map([
      [key, film],
      [other, {...film, contentPath: '/other/film'}],
    ]),
  )
  await apart.look()
  expect(apart.asked[0]).toMatchObject({copies: [], data: {copies: ['/other/film']}})
})

test('what an Arr took in is named for people with how it lies there, twenty files at most', async () => {
  const {says, uses} = world(new Map([[key, film]]))
  const elsewhere = Array.from({length: 25}, (_, n) => ({from: `/data/film/${n}.mkv`, to: `/media/${n}.mkv`}))
  says.found = {inside: 1, elsewhere, isWhole: true}
  const found = await uses()
  expect(found).toMatchObject({inside: 1, count: 25})
  expect(found?.files).toHaveLength(20)
  expect(found?.files[0]).toEqual({path: '/media/0.mkv', is: 'linked'})
  says.found = {inside: 0, elsewhere: [], isWhole: false}
  expect(await uses()).toBeNull()
  says.fault = new CommodarrError('arr_not_ready', 'It is away.')
  expect(await uses()).toBeNull()
})
