import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {fullColumns, RowShape, type NativeRow} from './codec.ts'
import {
  hotPatch,
  patchFromRow,
  stateOf,
  stillPatch,
  trackerComplaint,
  type NormaliseContext,
} from './normalise.ts'
import {textOf, type RpcRow} from './rpc.ts'
import {XmlRpcScanner} from './xmlrpc.ts'

const hash = 'e40b58f30d86dfb7c695af2fe899005579327019' as InfoHash
const context: NormaliseContext = {
  now: 2_000,
  categorySource: {from: 'label'},
  defaultDirectory: '/dl',
  firstSeenAt: 77,
  beganToMove: false,
  throttle: () => ({down: null, up: null}),
  trackerStatus: 'unknown',
}
const idle: NativeRow = {hash: '', state: 1, isOpen: 1, isActive: 1, isComplete: 0}
const patch = (row: Partial<NativeRow>, more: Partial<NormaliseContext> = {}): TorrentPatch =>
  patchFromRow({...idle, ...row}, hash, {...context, ...more})

test.each<[string, Partial<NativeRow>, string, string]>([
  ['waits for its check', {hashing: 1}, 'checking', 'hash_queued'],
  ['is checked', {hashing: 3, isHashChecking: 1, message: 'old error'}, 'checking', 'hash_checking'],
  ['fetches metadata', {isMeta: 1}, 'metadata', 'meta'],
  ['a stopped magnet', {isMeta: 1, state: 0, isOpen: 0}, 'stopped', 'closed'],
  ['failed its check', {hashingFailed: 1}, 'error', 'hashing_failed'],
  ['has no space', {message: 'Low diskspace.', isOpen: 0, isActive: 0}, 'error', 'not_open'],
  [
    'lost its files once, and seeds again',
    {message: 'Unfinished chunks.', isComplete: 1},
    'stalledUp',
    'started',
  ],
  ['has a tracker that complains', {message: 'Tracker: [go away]'}, 'stalledDown', 'started'],
  ['is stopped', {state: 0, isOpen: 1}, 'stopped', 'stopped'],
  ['is closed', {state: 0, isOpen: 0}, 'stopped', 'closed'],
  ['is started but not open', {isOpen: 0}, 'stopped', 'not_open'],
  ['is paused', {isActive: 0}, 'stopped', 'paused'],
  ['downloads', {downRate: 5}, 'downloading', 'started'],
  ['downloads nothing', {upRate: 5}, 'stalledDown', 'started'],
  ['seeds', {isComplete: 1, upRate: 5}, 'seeding', 'started'],
  ['seeds to no one', {isComplete: 1}, 'stalledUp', 'started'],
  ['has all that is wanted', {isPartlyDone: 1}, 'stalledUp', 'started'],
])('a torrent that %s', (_, row, state, nativeState) => {
  expect(stateOf({...idle, ...row})).toEqual({state, nativeState})
})

test.each([
  ['Tracker: [Tried all trackers.]', ''],
  ['Tracker: [Could not connect to server]', 'Could not connect to server'],
  ['Low diskspace.', ''],
  ['', ''],
])('the message %j is the complaint %j', (message, complaint) => {
  expect(trackerComplaint(message)).toBe(complaint)
})

test('a tracker’s complaint is a problem, not an error', () => {
  expect(patch({message: 'Tracker: [no]'}, {trackerStatus: 'ok'})).toMatchObject({
    trackerProblem: true,
    trackerStatus: 'error',
    trackerMessage: 'no',
  })
  expect(patch({message: "Tracker: [Couldn't resolve host name]"}, {trackerStatus: 'ok'})).toMatchObject({
    trackerProblem: true,
    trackerStatus: 'unreachable',
    trackerMessage: "Couldn't resolve host name",
  })
  expect(patch({message: ''}, {trackerStatus: 'ok'})).toMatchObject({
    trackerProblem: false,
    trackerStatus: 'ok',
  })
  for (const message of ['', 'Unfinished chunks.', 'Tracker: [Tried all trackers.]'])
    expect(patch({message}, {trackerStatus: 'unreachable'})).toMatchObject({
      trackerProblem: true,
      trackerStatus: 'unreachable',
      trackerMessage: '',
    })
  expect(patch({trackers: ''})).toMatchObject({trackerStatus: 'none', trackerHost: '', trackerHosts: []})
})

test.each<[string, Partial<NativeRow>, object]>([
  [
    'untouched',
    {size: 100_000, chunkSize: 65_536, chunksWanted: 2},
    {size: 100_000, completed: 0, amountLeft: 100_000, progress: 0},
  ],
  [
    'half',
    {size: 200_000, chunkSize: 50_000, chunksWanted: 2, completed: 100_000},
    {size: 200_000, amountLeft: 100_000, progress: 0.5},
  ],
  [
    'with files left out',
    {size: 500_000, chunkSize: 50_000, chunksWanted: 2, completed: 100_000},
    {size: 200_000, amountLeft: 100_000},
  ],
  [
    'whole',
    {size: 100, completed: 100, isComplete: 1},
    {size: 100, amountLeft: 0, progress: 1, complete: true},
  ],
  [
    'whole but for what is not wanted',
    {size: 300, completed: 100, isPartlyDone: 1},
    {size: 100, sizeTotal: 300, amountLeft: 0, complete: true},
  ],
  ['not checked yet', {size: 300, chunksWanted: 0}, {size: 300, completed: 0, complete: false}],
  [
    'a magnet, which says 1',
    {isMeta: 1, size: 1},
    {
      size: undefined,
      sizeTotal: undefined,
      progress: undefined,
      complete: false,
      hasMetadata: false,
      savePath: undefined,
    },
  ],
])('amounts of a torrent: %s', (_, row, expected) => {
  expect(patch(row)).toMatchObject(expected)
})

test.each<[string, Partial<NativeRow>, object]>([
  ['of ruTorrent’s field', {addTime: '1700\n', started: 5}, {addedAt: 1_700_000}],
  ['of its start', {addTime: '', started: 5}, {addedAt: 5_000}],
  ['of when we saw it', {addTime: 'x'}, {addedAt: 77}],
  ['never finished', {finished: 0}, {completedAt: null, seedingTime: 0}],
  ['finished and running', {finished: 1_500, isComplete: 1}, {completedAt: 1_500_000, seedingTime: 500}],
  [
    'finished and stopped',
    {finished: 1_500, isComplete: 1, state: 0, stateChanged: 1_600},
    {seedingTime: 100},
  ],
  ['complete from the start', {finished: 0, isComplete: 1}, {seedingTime: undefined}],
  [
    'nothing came or went yet',
    {upTotal: 0, downTotal: 0, bytesDone: 0, completed: 0},
    {lastActivityAt: null},
  ],
])('times: %s', (_, row, expected) => {
  expect(patch(row)).toMatchObject(expected)
})

test.each<[string, Partial<NativeRow>, object]>([
  [
    'one file',
    {name: 'a.bin', directory: '/dl/films', basePath: '/dl/films/a.bin'},
    {savePath: '/dl/films', contentPath: '/dl/films/a.bin'},
  ],
  [
    'one file never opened',
    {name: 'a.bin', directory: '/dl', basePath: ''},
    {savePath: '/dl', contentPath: '/dl/a.bin'},
  ],
  [
    'a folder',
    {name: 'F', isMultiFile: 1, directory: '/dl/F', basePath: '/dl/F'},
    {savePath: '/dl', contentPath: '/dl/F'},
  ],
  [
    'a file that was placed elsewhere while it was closed',
    {name: 'a', directory: '/new', basePath: '/old/a.bin'},
    {savePath: '/new', contentPath: '/new/a.bin'},
  ],
  [
    'a folder that was placed elsewhere while it was closed',
    {name: 'F', isMultiFile: 1, directory: '/new/G', basePath: '/old/F'},
    {savePath: '/new', contentPath: '/new/G'},
  ],
  [
    'a folder in the root',
    {isMultiFile: 1, directory: '/F', basePath: ''},
    {savePath: '/', contentPath: '/F'},
  ],
])('paths of %s', (_, row, expected) => {
  expect(patch(row)).toMatchObject(expected)
})

test('something came once: it is unknown when it was active last', () => {
  expect('lastActivityAt' in patch({upTotal: 0, downTotal: 10, bytesDone: 10, completed: 0})).toBe(false)
  const moved = {upTotal: 0, downTotal: 10, bytesDone: 10, completed: 0}
  expect(patch(moved, {beganToMove: true, now: 1_239})).toMatchObject({lastActivityAt: 1_230_000})
})

test('the category may be the folder below the default directory', () => {
  const byPath = {categorySource: {from: 'path'}} as const
  const at = (directory: string) => patch({directory, label: 'uhd'}, byPath)
  expect(at('/dl/films/new')).toMatchObject({category: 'films', tags: ['uhd']})
  expect(at('/dl')).toMatchObject({category: ''})
  expect(at('/dlother/films')).toMatchObject({category: ''})
})

test('what moves has an ETA and a last activity; what fell still has neither', () => {
  const row = {...idle, size: 1_000, chunkSize: 100, chunksWanted: 5, completed: 500, downRate: 100}
  expect(hotPatch(row, hash, 1_239, 'ok')).toMatchObject({
    eta: 5,
    lastActivityAt: 1_230_000,
    state: 'downloading',
  })
  expect('lastActivityAt' in hotPatch({...row, downRate: 0}, hash, 1_239, 'ok')).toBe(false)
  expect(stillPatch(hash, true)).toEqual({hash, downSpeed: 0, upSpeed: 0, eta: null, state: 'stalledUp'})
})

/* ───────────────────────────── recordings ───────────────────────────── */

interface Exchange {
  readonly name: string
  readonly request: {readonly body?: string}
  readonly response: {readonly body: unknown}
}

for (const version of ['0.9.8', '0.16.17']) {
  const url = new URL(`../../../lab/recordings/rtorrent-${version}/api.json`, import.meta.url)
  const exchanges = JSON.parse(readFileSync(url, 'utf8')) as Exchange[]
  const answerTo = (name: string): Exchange => exchanges.find((exchange) => exchange.name === name)!

  test(`every recorded answer of ${version} is read`, () => {
    const answers = exchanges.filter(({response}) => String(response.body).includes('<methodResponse>'))
    expect(answers.length).toBeGreaterThan(90)
    for (const {name, response} of answers) {
      const scanner = new XmlRpcScanner(name === 'multicall system' ? 3 : 1, false)
      scanner.feed(Buffer.from(String(response.body)))
      scanner.nextRow()
      expect(scanner.finish().length, name).toBeGreaterThan(0)
    }
  })

  test(`the list of ${version} becomes normalised torrents`, () => {
    const patches = recordedList(answerTo('d.multicall2 after completion'))
    expect(patches[0]).toMatchObject({
      name: 'Movie.2024.1080p',
      state: 'stalledUp',
      complete: true,
      progress: 1,
      size: 6_591_459,
      amountLeft: 0,
      category: 'radarr',
      addedAt: 1_700_000_000_000,
      contentPath: '/srv/test/rr/dl/Movie.2024.1080p',
      savePath: '/srv/test/rr/dl',
    })
    const magnets = patches.filter(({name}) => name?.endsWith('.meta'))
    expect(magnets.map(({state, hasMetadata}) => [state, hasMetadata])).toEqual([
      ['stopped', false],
      ['metadata', false],
    ])
  })
}

/** The recording asked its own columns in its own order: ours are read out of it by command. */
function recordedList({request, response}: Exchange): TorrentPatch[] {
  const asked = [...request.body!.matchAll(/<string>([^<]*)<\/string>/g)].map(([, text]) => text!).slice(2)
  const shape = new RowShape(fullColumns, new Set(asked.map((command) => command.split('=')[0]!)))
  const scanner = new XmlRpcScanner(1, true)
  scanner.feed(Buffer.from(String(response.body)))
  const patches: TorrentPatch[] = []
  for (let row = scanner.nextRow(); row; row = scanner.nextRow()) {
    const cells: RpcRow = shape.commands.map((command) => row[asked.indexOf(command)] ?? '')
    const native = shape.read(cells)
    patches.push(patchFromRow(native, textOf(native.hash).toLowerCase() as InfoHash, context))
  }
  return patches
}

test('a path of a million slashes is read once', () => {
  const directory = `${'/'.repeat(1_000_000)}x`
  expect(patch({directory, name: 'a', isMultiFile: 1})).toMatchObject({contentPath: directory})
  const path = {categorySource: {from: 'path'}, defaultDirectory: directory} as const
  expect(patch({directory, name: 'a'}, path)).toMatchObject({category: ''})
})
