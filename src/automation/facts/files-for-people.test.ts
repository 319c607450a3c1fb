import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import {unknown, type FactResult} from '#lookups/fact-result.ts'
import {A, file, keyOf} from '#lookups/look-ups.fixture.ts'
import type {ProbeVerdict} from '#media/probe-verdict.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {fileContent, fileToRead} from './files-for-people.ts'

let folder: string
let probed: Promise<FactResult<ProbeVerdict>>
const clock = new VirtualClock()
const key = keyOf(A, 1)

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'files-for-people-')))
  mkdirSync(join(folder, 'Show'))
  writeFileSync(join(folder, 'Show/one.mkv'), 'x'.repeat(1_000))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const deps = () => ({
  fleet: {get: () => ({contentPath: '/data/Show'}) as TorrentRecord},
  details: {files: async () => [file(0, 'Show/one.mkv', {size: 1_000, progress: 1})]},
  disk: () => ({mappings: [{server: '/data', ours: folder}]}),
  patience: new Patience(systemClock),
  lookUps: {probe: () => probed},
  clock,
})
const content = () => fileContent(key, 0, deps())

test('a file is read with the path that it has in its torrent', async () => {
  const opened = await fileToRead(key, 0, deps())
  expect(opened).toMatchObject({path: 'Show/one.mkv', size: 1_000})
  expect(await text(opened.read(0, 3))).toBe('xxxx')
})

test('what ffprobe finds is shown', async () => {
  const streams = [{type: 'audio', codec: 'flac', channels: 2, language: 'eng'}] as const
  probed = Promise.resolve({value: {verdict: 'valid', format: 'flac', duration: 7, streams}})
  expect(await content()).toEqual({container: 'flac', duration: 7, streams})
})

for (const [verdict, words] of [
  [{verdict: 'skipped', reason: 'noFfprobe', detail: ''}, 'There is no ffprobe here.'],
  [{verdict: 'unknown', reason: 'changed', detail: ''}, 'The file changed while it was read.'],
] as const satisfies readonly (readonly [ProbeVerdict, string])[]) {
  test(`why it is not known is said in words: ${verdict.verdict} ${verdict.reason}`, async () => {
    probed = Promise.resolve({value: verdict})
    expect(await content()).toMatchObject({unknown: expect.stringContaining(words)})
  })
}

const noMedia = {unknown: 'ffprobe finds no media in it that it can read.'}
for (const verdict of [
  {verdict: 'notMedia', reason: 'noStreams', detail: ''},
  {verdict: 'unreadable', reason: 'damaged', detail: 'Error when loading first segment file:/private/one.ts'},
  {verdict: 'unknown', reason: 'noAccess', detail: 'file:/private/one.ts: Permission denied'},
  {verdict: 'unknown', reason: 'noFile', detail: 'file:/private/one.ts: No such file or directory'},
  {verdict: 'unknown', reason: 'failed', detail: 'odd'},
  {verdict: 'valid', format: 'hls', duration: 7, streams: [{type: 'video', codec: 'h264'}]},
  {verdict: 'valid', format: 'concat', duration: 7, streams: []},
] as const satisfies readonly ProbeVerdict[]) {
  test(`a list of other files shows neither what is in them nor whether they exist: ${verdict.verdict}`, async () => {
    probed = Promise.resolve({value: verdict})
    expect(await content()).toEqual(noMedia)
  })
}

test('a server that is away is named as the reason', async () => {
  probed = Promise.resolve(unknown('serverNotOnline', 'nas is not online.'))
  expect(await content()).toEqual({unknown: 'nas is not online.'})
})

test('ffprobe is waited for twenty seconds at most', async () => {
  const asked = Promise.withResolvers<void>()
  const looking = fileContent(key, 0, {
    ...deps(),
    lookUps: {
      probe: () => {
        asked.resolve()
        return new Promise(() => {})
      },
    },
  })
  await asked.promise
  await clock.advance(20_000)
  expect(await looking).toEqual({unknown: 'ffprobe takes longer. Look again in a moment.'})
})
