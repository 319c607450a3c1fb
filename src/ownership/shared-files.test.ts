import {expect, test} from 'vitest'
import {A, B, keyOf} from '#lookups/look-ups.fixture.ts'
import type {TorrentFile} from '#model/details.ts'
import type {Candidate} from './candidates.ts'
import type {OwnContent} from './ownership.ts'
import {SharedFiles} from './shared-files.ts'

const file: Partial<TorrentFile> = {path: 'film/1.mkv', size: 9e9}
const files = [file as TorrentFile]

test.each([
  ['of its own server, which no mapping ends', A, 'viewHere'],
  ['of another server', B, 'view'],
])('files that may be seen twice are a doubt about a torrent %s', async (_, id, code) => {
  const own = {key: keyOf(A, 0), contentPath: '/data/film', files, arrives: null} as Partial<OwnContent>
  const seenTwice: Partial<Candidate> = {
    key: keyOf(id, 1),
    how: 'perhaps',
    contentPath: '/fast/film',
    leadsTo: [],
    isView: true,
  }
  const found = await new SharedFiles(
    () => expect.unreachable(),
    {} as never,
    async () => files,
    true,
  ).of(own as OwnContent, seenTwice as Candidate)
  expect(found).toEqual({code, serverId: id, torrent: keyOf(id, 1), detail: '/fast/film'})
})
