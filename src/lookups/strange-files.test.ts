import {mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {onTestFinished, expect, test} from 'vitest'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asServerId, keyText, type InfoHash, type TorrentKey} from '#model/torrent-key.ts'
import {nothingWritten, StrangeFiles} from './strange-files.ts'

const key: TorrentKey = {serverId: asServerId('A'), hash: '1'.repeat(40) as InfoHash}
const ADDED = Date.UTC(2026, 0, 2)

interface Situation {
  readonly torrent?: Partial<TorrentRecord>
  readonly file?: Partial<TorrentFile>
  /** What lies there: how many bytes, changed so many ms after it was added, by this name. */
  readonly there?: {readonly bytes: number; readonly after?: number; readonly ending?: string} | null
  readonly isMapped?: boolean
  readonly reports?: boolean
}

async function whyNot(situation: Situation): Promise<string | null> {
  const {torrent = {}, file = {}, there = null, isMapped = true, reports = true} = situation
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-strange-'))
  onTestFinished(() => rmSync(folder, {recursive: true}))
  const record = {
    key,
    hasMetadata: true,
    savePath: '/srv',
    contentPath: '/srv/Film',
    completed: 10,
    downloaded: 10,
    addedAt: ADDED,
    ...torrent,
  } as unknown as TorrentRecord
  const film = {index: 0, path: 'Film/film.mkv', size: 10, progress: 1, priority: 'normal', ...file} as const
  if (there) {
    const path = join(folder, `${film.path}${there.ending ?? ''}`)
    mkdirSync(dirname(path), {recursive: true})
    writeFileSync(path, Buffer.alloc(there.bytes))
    const at = new Date(ADDED + (there.after ?? 3_600_000))
    utimesSync(path, at, at)
  }
  const mappings = isMapped ? [{server: '/srv', ours: folder}] : []
  const found = await new StrangeFiles(
    {get: () => record},
    () => ({machine: 'm', storage: null, mappings, owner: null}),
    {
      files: async () => {
        if (!reports) throw new CommodarrError('server_unreachable', 'It is silent.')
        return [film]
      },
    },
    new Patience(systemClock),
  ).of([key])
  return found.get(keyText(key)) ?? null
}

const unwritten = {completed: 0, downloaded: 0}

test.each<[string, Situation]>([
  ['its own', {there: {bytes: 10}}],
  ['its own, found by a check long ago', {there: {bytes: 10, after: -9e6}}],
  ['a part of its own', {file: {progress: 0.5}, there: {bytes: 7}}],
  [
    'a part of its own, under the name of unfinished files',
    {file: {progress: 0.5}, there: {bytes: 7, ending: '.!qB'}},
  ],
  ['what was written as it was added', {file: {progress: 0.5}, there: {bytes: 7, after: -30_000}}],
  ['nothing', {}],
  ['nothing, of what never had a byte', {torrent: unwritten, file: {progress: 0}}],
  ['what we do not see', {isMapped: false}],
  ['a link without metadata', {torrent: {...unwritten, hasMetadata: false}, isMapped: false}],
])('deleted with its torrent: %s', async (_what, situation) => {
  expect(await whyNot(situation)).toBeNull()
})

test.each<[string, Situation, RegExp]>([
  ['larger than its own', {file: {progress: 0}, there: {bytes: 11}}, /has 11 bytes/],
  ['of another size than what is complete', {there: {bytes: 9}}, /has 9 bytes/],
  [
    'of another size, and not wanted',
    {file: {progress: 0, priority: 'skip'}, there: {bytes: 11}},
    /has 11 bytes/,
  ],
  [
    'of its size, older, and not complete',
    {file: {progress: 0}, there: {bytes: 10, after: -9e6}},
    /is older/,
  ],
  ['nearly its own, and older', {file: {progress: 0.9}, there: {bytes: 10, after: -9e6}}, /is older/],
  [
    'older, and not wanted',
    {file: {progress: 0, priority: 'skip'}, there: {bytes: 4, after: -9e6}},
    /is older/,
  ],
  [
    'anything, where it never had a byte',
    {torrent: unwritten, file: {progress: 0}, there: {bytes: 10}},
    /never/,
  ],
  ['what we do not see, where it never had a byte', {torrent: unwritten, isMapped: false}, /never/],
  ['what no one names', {reports: false}, /does not report/],
])('stays: %s', async (_what, situation, why) => {
  expect(await whyNot(situation)).toMatch(why)
})

test('it is said what to do', () => {
  expect(nothingWritten).toContain('Remove it without data.')
})
