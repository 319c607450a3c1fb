import {mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {readTorrentFile, torrentFileFeature} from './torrent-file.ts'

const made = makeTorrent({name: 'film', content: 20_000})
const other = makeTorrent({name: 'other', content: 20_000})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-torrent-file-'))
  writeFileSync(join(folder, 'its.torrent'), made.torrent)
  writeFileSync(join(folder, 'other.torrent'), other.torrent)
  writeFileSync(join(folder, 'rubbish.torrent'), 'not bencode')
  writeFileSync(join(folder, 'endless.torrent'), '')
  truncateSync(join(folder, 'endless.torrent'), 10 * 1024 * 1024 + 1)
  symlinkSync(join(folder, 'its.torrent'), join(folder, 'link.torrent'))
})
afterEach(() => rmSync(folder, {recursive: true}))

const read = (path: string, hash = made.hash) =>
  readTorrentFile(hash, path, {paths: [{server: '/session', ours: folder}], metainfo: insideMetainfo})

test('the file of a torrent is read where the mapping shows it', async () => {
  expect(Buffer.from(await read('/session/its.torrent')).equals(made.torrent)).toBe(true)
})

test.each([
  ['a path that no mapping covers', '/elsewhere/its.torrent', 'No path mapping'],
  ['a path that climbs', '/session/../session/its.torrent', 'No path mapping'],
  ['no path at all', '', 'No path mapping'],
  ['a file that is not there', '/session/none.torrent', 'ENOENT'],
  ['a folder', '/session', 'is no file'],
  ['a link', '/session/link.torrent', 'ELOOP'],
  ['the file of another torrent', '/session/other.torrent', 'not the .torrent file of this torrent'],
  ['what is no .torrent file', '/session/rubbish.torrent', 'not the .torrent file of this torrent'],
  ['what is larger than any', '/session/endless.torrent', 'too large'],
])('%s is refused, and the reason said', async (_, path, why) => {
  await expect(read(path)).rejects.toMatchObject({
    code: 'not_supported',
    message: expect.stringContaining(why),
  })
})

test('it is offered where a mapping may cover the folder, and with the reason elsewhere', () => {
  const feature = (paths: Parameters<typeof torrentFileFeature>[0]) =>
    torrentFileFeature(paths, 'X', 'its folder')
  expect(feature([]).support).toBe('none')
  expect(feature([{server: '/a', ours: '/b'}])).toMatchObject({
    support: 'limited',
    reason: expect.stringContaining('its folder'),
  })
})
