import {Readable} from 'node:stream'
import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import {asUserId, type Principal} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {hashOf} from '#test/http/http-fakes.ts'
import {FileDownloads} from './file-downloads.ts'

const key = {serverId: asServerId('qBit'), hash: hashOf('a')}

function person(name: string, isAdmin = true): Principal {
  const actor = {name, origin: 'user', userId: asUserId(name), address: null} as const
  return {actor, access: {permits: (it: string) => isAdmin || it !== 'admin'}} as unknown as Principal
}

function downloads(isOfMember = false) {
  const journal: JournalEntry[] = []
  const closed: string[] = []
  let now = 0
  const open = new FileDownloads({
    open: async (_, index) => ({
      path: `Show/${index}.mkv`,
      size: 10,
      modifiedAt: 0,
      read: () => Readable.from([Buffer.from('x')]),
      close: async () => void closed.push(String(index)),
    }),
    isOfMember: () => isOfMember,
    nameOf: () => 'Show',
    journal: {write: async (entries) => void journal.push(...entries)},
    clock: {now: () => now},
  })
  return {open, journal, closed, pass: (ms: number) => (now += ms)}
}

const whole = () => null

test('who read which file is in the journal, once an hour for each person and file', async () => {
  const {open, journal, pass} = downloads()
  const read = async (name: string, index: number) =>
    (await open.read(person(name), key, index, whole)).bytes.destroy()
  for (const [name, index] of [
    ['ada', 0],
    ['ada', 0],
    ['ada', 1],
    ['mia', 0],
  ] as const)
    await read(name, index)
  expect(journal.map(({actor, verb, args}) => [actor.name, verb, args])).toEqual([
    ['ada', 'readFile', {file: 'Show/0.mkv'}],
    ['ada', 'readFile', {file: 'Show/1.mkv'}],
    ['mia', 'readFile', {file: 'Show/0.mkv'}],
  ])
  pass(3_600_000)
  await read('ada', 0)
  expect(journal).toHaveLength(4)
})

test('one person reads four files at a time, and a fifth when one of them is there', async () => {
  const {open} = downloads()
  const readings: Awaited<ReturnType<typeof open.read>>[] = []
  for (let index = 0; index < 4; index++) readings.push(await open.read(person('ada'), key, index, whole))
  await expect(open.read(person('ada'), key, 4, whole)).rejects.toMatchObject({code: 'quota_used_up'})
  ;(await open.read(person('mia'), key, 4, whole)).bytes.destroy()
  const isClosed = new Promise((resolve) => readings[0]!.bytes.once('close', resolve))
  readings[0]!.bytes.destroy()
  await isClosed
  await open.read(person('ada'), key, 4, whole)
})

test('a range that names no byte closes the file, and counts as none that is open', async () => {
  const {open, closed, journal} = downloads()
  for (let tries = 0; tries < 6; tries++)
    await expect(
      open.read(person('ada'), key, 0, () => {
        throw new RangeError('no byte')
      }),
    ).rejects.toThrow('no byte')
  expect(closed).toHaveLength(6)
  expect(journal).toEqual([])
})

test('files of a server that a member added are for administrators alone', async () => {
  const {open} = downloads(true)
  await expect(open.read(person('mia', false), key, 0, whole)).rejects.toMatchObject({code: 'forbidden'})
  ;(await open.read(person('ada'), key, 0, whole)).bytes.destroy()
})
