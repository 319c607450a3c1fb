import {expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import {asServerId} from '#model/torrent-key.ts'
import {filesIn, identityOf} from './additions.ts'

const v1 = 'a'.repeat(40)
const v2 = 'b'.repeat(64)
const file = {torrent: new Uint8Array([1]), fileName: 'film.torrent'}
const files = [{path: 'film/film.mkv', size: 1}]
const read = (about: object) => async () => ({name: 'film', files, ...about}) as never
const fails = (code: string) => () => Promise.reject(new CommodarrError(code as never, 'It cannot be read.'))
const never = () => Promise.reject(new Error('there is no file to read'))

test('a torrent file names its files, by its first hash', async () => {
  const id = asServerId('nas')
  const both = {infoHashV1: v1, infoHashV2: v2}
  expect(await filesIn(file, id, read(both))).toEqual({key: {serverId: id, hash: v1}, name: 'film', files})
  const second = {infoHashV1: null, infoHashV2: v2}
  expect((await filesIn(file, id, read(second)))?.key).toEqual({serverId: id, hash: 'b'.repeat(40)})
})

test('of links and addresses no files are known before their server has them', async () => {
  const magnet = `magnet:?xt=urn:btih:${v1}`
  expect(await filesIn({magnet}, asServerId('nas'), never)).toBeNull()
  expect(await filesIn({url: 'http://tracker.example/1'}, asServerId('nas'), never)).toBeNull()
})

test.each([
  ['a torrent file by both of its hashes', file, {hashes: [v1, 'b'.repeat(40)], name: 'film'}],
  ['a magnet link', {magnet: `magnet:?xt=urn:btih:${v1}&dn=film`}, {hashes: [v1], name: 'film'}],
  [
    'a magnet link in the field for addresses',
    {url: `MAGNET:?xt=urn:btih:${v1}`},
    {hashes: [v1], name: null},
  ],
  [
    'an address by its host alone',
    {url: 'http://tracker.example/1?passkey=x'},
    {hashes: [], name: 'tracker.example'},
  ],
  ['a magnet link without a hash', {magnet: 'magnet:?dn=film'}, {hashes: [], name: null}],
  ['what is no address', {url: 'film'}, {hashes: [], name: null}],
])('what is added is known: %s', async (_title, source, known) => {
  expect(await identityOf(source, read({infoHashV1: v1, infoHashV2: v2}))).toEqual(known)
})

test('a torrent file that is none is called by its file name', async () => {
  expect(await identityOf(file, fails('torrent_invalid'))).toEqual({hashes: [], name: 'film.torrent'})
})

test('what could not be read this time is not taken for unknown', async () => {
  await expect(identityOf(file, fails('too_expensive'))).rejects.toMatchObject({code: 'too_expensive'})
})
