import {beforeEach, expect, test, vi} from 'vitest'
import type * as Adding from '../../api/adding.ts'
import {Problem} from '../../api/problem.ts'
import {allWanted, fileItem, linkItem, type FileChoice, type FileItem} from './items.ts'
import {confirmedAgain, sendItem} from './sending.ts'

const api = {
  addFile: vi.fn<typeof Adding.addFile>(),
  addLink: vi.fn<typeof Adding.addLink>(),
  filesOn: vi.fn<typeof Adding.filesOn>(),
  selectFiles: vi.fn<typeof Adding.selectFiles>(),
  startTorrent: vi.fn<typeof Adding.startTorrent>(),
}

const files = [
  {path: 'one/a', size: 10},
  {path: 'one/b', size: 20},
]
const item: FileItem = {
  ...fileItem(new File(['d'], 'one.torrent'), '1'),
  content: {
    info_hash: 'a',
    info_hash_v1: 'a',
    info_hash_v2: null,
    name: 'one',
    size: 30,
    is_private: false,
    files,
    files_omitted: 0,
  },
}
const skipB: FileChoice = new Map([[1, 'skip']])
const parts = (choice: FileChoice, starts = true) => ({
  api,
  choice,
  starts,
  options: {start: false},
  wait: async () => {},
})

beforeEach(() => {
  vi.resetAllMocks()
  api.addFile.mockResolvedValue({file_name: 'one.torrent', status: 'added', info_hash: 'a'})
  api.filesOn.mockResolvedValue(files.map((it, index) => ({...it, index})))
})

test('files are selected before it starts', async () => {
  expect(await sendItem(item, 'nas', parts(skipB))).toMatchObject({status: 'added', hash: 'a'})
  expect(api.selectFiles).toHaveBeenCalledExactlyOnceWith('nas', 'a', [1], 'skip')
  expect(api.startTorrent).toHaveBeenCalledAfter(api.selectFiles)
})

test('one that shall be stopped stays stopped', async () => {
  await sendItem(item, 'nas', parts(skipB, false))
  expect(api.selectFiles).toHaveBeenCalledOnce()
  expect(api.startTorrent).not.toHaveBeenCalled()
})

test('it waits for the list of files of the server', async () => {
  api.filesOn.mockResolvedValueOnce([]).mockRejectedValueOnce(new Problem(404, {}, null))
  expect((await sendItem(item, 'nas', parts(skipB))).status).toBe('added')
  expect(api.filesOn).toHaveBeenCalledTimes(3)
})

test('another list of files than that of the .torrent selects nothing and starts nothing', async () => {
  api.filesOn.mockResolvedValue([{index: 0, path: 'one/b', size: 99}])
  expect((await sendItem(item, 'nas', parts(skipB))).status).toBe('failed')
  expect(api.selectFiles).not.toHaveBeenCalled()
  expect(api.startTorrent).not.toHaveBeenCalled()
})

test('a choice that the server refuses starts nothing', async () => {
  api.selectFiles.mockRejectedValue(new Problem(409, {detail: 'No.'}, null))
  expect((await sendItem(item, 'nas', parts(skipB))).status).toBe('failed')
  expect(api.startTorrent).not.toHaveBeenCalled()
})

test('what is there already keeps its files as they are', async () => {
  api.addFile.mockResolvedValue({file_name: 'one.torrent', status: 'duplicate', info_hash: 'a'})
  expect((await sendItem(item, 'nas', parts(skipB))).status).toBe('duplicate')
  expect(api.filesOn).not.toHaveBeenCalled()
})

test('no answer is no failure: it may be there', async () => {
  api.addLink.mockRejectedValue(new TypeError('network'))
  const magnet = linkItem({kind: 'magnet', link: 'magnet:?x', hash: 'b', name: 'x'}, '2')
  expect((await sendItem(magnet, 'nas', parts(allWanted))).status).toBe('unconfirmed')
  api.addLink.mockRejectedValue(new Problem(403, {code: 'forbidden', detail: 'You can only look.'}, null))
  expect(await sendItem(magnet, 'nas', parts(allWanted))).toMatchObject({
    status: 'failed',
    words: 'You can only look.',
  })
})

test('a refusal that can be confirmed says so, of a link as of a file; one that is final does not', async () => {
  const magnet = linkItem({kind: 'magnet', link: 'magnet:?x', hash: 'b', name: 'x'}, '2')
  const asks = {
    code: 'content_unknown',
    detail: 'It may be replaced.',
    confirm_with: 'accepts_doubt',
  } as const
  api.addLink.mockRejectedValue(new Problem(409, asks, null))
  expect(await sendItem(magnet, 'nas', parts(allWanted))).toMatchObject({confirmWith: 'accepts_doubt'})
  api.addLink.mockRejectedValue(new Problem(409, {code: 'content_unknown', detail: 'No.'}, null))
  expect(await sendItem(magnet, 'nas', parts(allWanted))).not.toHaveProperty('confirmWith')
  const refused = {
    file_name: 'one.torrent',
    status: 'failed',
    info_hash: null,
    code: 'path_occupied',
  } as const
  api.addFile.mockResolvedValue({...refused, confirm_with: 'accepts_others'})
  expect(await sendItem(item, 'nas', parts(allWanted))).toMatchObject({confirmWith: 'accepts_others'})
})

test('each torrent is confirmed what its own refusal asked for, and what was confirmed for it before', () => {
  const refused = {status: 'failed', words: 'No.', hash: null} as const
  const sent = {...refused, confirmWith: 'accepts_doubt'} as const
  expect(confirmedAgain({sent, confirmed: {}})).toEqual({accepts_doubt: true})
  const confirmed = {accepts_others: true} as const
  expect(confirmedAgain({sent, confirmed})).toEqual({accepts_others: true, accepts_doubt: true})
  expect(confirmedAgain({sent: refused, confirmed})).toEqual(confirmed)
})
