import {expect, test} from 'vitest'
import {noAnswer, unseen, type Unseen} from '#disk/fs-errors.ts'
import type {LinksFound, Place, Places} from '#disk/places.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {A, keyOf} from '#lookups/look-ups.fixture.ts'
import {LinkedContent, type ContentOnDisk} from './linked-content.ts'

const contents: readonly ContentOnDisk[] = Array.from({length: 10_000}, (_, n) => ({
  key: keyOf(A, n),
  path: `/nas/t${n}`,
  size: n,
  isComplete: true,
}))
const none: LinksFound = {leadsTo: [], awaited: [], sizes: [], changedAt: 1}
const dead: LinksFound = {...none, awaited: ['/away']}
const soon = {isFresh: false, sizes: new Set<number>()}
const placeAt = (name: string): Place => ({
  path: ['nas', name],
  inside: ['nas', name],
  device: '1',
  folders: ['1:1', '1:2'],
  file: `1:${name}`,
})
const film = placeAt('film')

function looked(
  linksIn: (path: string) => Awaited<ReturnType<Places['linksIn']>>,
  diskAway: (path: string) => string | null = () => null,
) {
  const asked: string[] = []
  const listed: string[] = []
  /** Those of which only was asked whether there are links. */
  const glanced: string[] = []
  /** What is in folders; absent = all of it is unreadable. */
  const names = new Map<string, ReadonlySet<string> | Unseen>()
  /** Contents whose folder is not as it was. */
  const changed = new Map<string, number>()
  const service = new LinkedContent(
    {
      async linksIn(path) {
        asked.push(path)
        await Promise.resolve()
        return linksIn(path)
      },
      async hasLinks(path) {
        glanced.push(path)
        await Promise.resolve()
        const found = linksIn(path)
        return 'unknown' in found ? found : found.leadsTo.length + (found.awaited?.length ?? 1) > 0
      },
      missingPart: async () => null,
      changedAt: async (path) => changed.get(path) ?? 1,
      async namesIn(folder) {
        listed.push(folder)
        return names.get(folder) ?? unseen('unreadable', 'EACCES')
      },
    },
    {diskAway: async (path) => diskAway(path)},
    new TimeSlice(),
  )
  const linked = {
    of: (it: ContentOnDisk) => service.of(it),
    forget: (...args: Parameters<LinkedContent['forget']>) => service.forget(...args),
    forgetOthers: (...args: Parameters<LinkedContent['forgetOthers']>) => service.forgetOthers(...args),
    sizesIn: (...args: Parameters<LinkedContent['sizesIn']>) => service.sizesIn(...args),
    look: (some: readonly ContentOnDisk[], about: Parameters<LinkedContent['look']>[1]) =>
      service.look(new Map(some.map((it) => [it.key.hash, it])), about),
  }
  return {linked, asked, glanced, listed, names, changed}
}

test('of a share that does not answer a few contents are asked for, not each of thousands', async () => {
  const {linked, asked} = looked(() => noAnswer)
  await linked.look(contents, soon)
  expect(asked.length).toBeLessThan(5)
  expect(linked.of(contents[0]!)).toBeNull()
})

test('one that does not answer is asked last the next time, and those before it are seen', async () => {
  const slow = contents.at(-1)!
  const {linked, asked} = looked((path) => (path === slow.path ? noAnswer : none))
  await linked.look(contents, soon)
  expect(asked.length).toBeLessThan(5)
  await linked.look(contents, soon)
  expect(contents.filter((it) => linked.of(it) === null)).toEqual([slow])
  asked.length = 0
  await linked.look(contents, soon)
  expect(asked).toContain(slow.path)
  expect(asked.length).toBeLessThan(100)
})

test('one that may not be read holds up no other', async () => {
  const closed = contents[5000]!
  const {linked} = looked((path) => (path === closed.path ? unseen('unreadable', 'EACCES') : none))
  await linked.look(contents, soon)
  expect(contents.filter((it) => linked.of(it) === null)).toEqual([closed])
})

test('a torrent that lies elsewhere by now is looked at again, one that went is forgotten', async () => {
  const {linked, asked} = looked(() => none)
  const [one] = contents
  const moved = {...one!, path: '/nas/moved'}
  await linked.look([one!], soon)
  expect(linked.of(moved)).toBeNull()
  await linked.look([moved], soon)
  linked.forget(A, () => false)
  expect(linked.of(moved)).toBeNull()
  expect(asked).toEqual([one!.path, moved.path])
})

test('content that was away while it was looked at is looked at once it is back', async () => {
  let there: LinksFound | null = null
  let away: string | null = 'It is another disk.'
  const {linked} = looked(
    () => there ?? unseen('missing', 'ENOENT'),
    () => away,
  )
  const one = contents[0]!
  await linked.look([one], soon)
  expect(linked.of(one)).toBeNull()
  there = {...none, leadsTo: [film]}
  away = null
  await linked.look([one], soon)
  expect(linked.of(one)).toEqual([film])
  // Gone again: what it led to may come back with it.
  there = null
  await linked.look([one], soon)
  expect(linked.of(one)).toEqual([film])
})

test('links whose disk is away are followed once it is back', async () => {
  let found: LinksFound = dead
  const {linked} = looked(() => found)
  const one = contents[0]!
  await linked.look([one], soon)
  expect(linked.of(one)).toEqual([])
  found = {...none, leadsTo: [film]}
  await linked.look([one], soon)
  expect(linked.of(one)).toEqual([film])
  found = dead
  await linked.look([one], soon)
  expect(linked.of(one)).toEqual([film])
})

test('of missing files on a disk that is there nothing is in doubt', async () => {
  const {linked} = looked(() => unseen('missing', 'ENOENT'))
  await linked.look([contents[0]!], soon)
  expect(linked.of(contents[0]!)).toEqual([])
})

test('files that a user replaced by links are seen right before content of their size goes, and else by and by', async () => {
  let found = none
  const {linked, asked} = looked((path) => (path === contents[7]!.path ? found : none))
  await linked.look(contents, soon)
  found = {...none, leadsTo: [film]}
  await linked.look(contents, {isFresh: true, sizes: new Set([7])})
  expect(linked.of(contents[7]!)).toEqual([film])
  found = none
  asked.length = 0
  for (let turn = 0; turn < contents.length / 64 + 1; turn++) await linked.look(contents, soon)
  expect(new Set(asked).size).toBe(contents.length)
  expect(linked.of(contents[7]!)).toEqual([])
})

const removal = (...sizes: number[]) => ({isFresh: true, sizes: new Set(sizes)})

test('of thousands that are missing or lead to a disk that is away a removal reads the folders around, and no content', async () => {
  let back = new Set<string>()
  let away: string | null = null
  const isDead = (path: string) => Number(path.slice(6)) >= 9_000
  const {linked, asked, listed, names} = looked(
    (path) =>
      back.has(path) ? {...none, leadsTo: [film]} : isDead(path) ? dead : unseen('missing', 'ENOENT'),
    () => away,
  )
  await linked.look(contents, soon)
  names.set('/nas', new Set(['t9500', 'other']))
  names.set('/', new Set(['nas']))
  asked.length = 0
  await linked.look(contents, removal(-1))
  expect(listed.toSorted()).toEqual(['/', '/nas'])
  // Those are its turn of what was looked at long ago.
  expect(asked.length).toBe(64)
  // One of them came, and what all the dead links lead to.
  back = new Set(['/nas/t8000', '/nas/t9001'])
  names.set('/nas', new Set(['t8000']))
  await linked.look(contents, removal(-1))
  expect([8000, 9001].map((n) => linked.of(contents[n]!))).toEqual([[film], []])
  names.set('/', new Set(['nas', 'away']))
  await linked.look(contents, removal(-1))
  expect([9001, 9002].map((n) => linked.of(contents[n]!))).toEqual([[film], []])
  // Whether it is missing nobody can say while its disk is away.
  away = 'It is another disk.'
  await linked.look(contents, soon)
  expect(linked.of(contents[5000]!)).toBeNull()
  away = null
  await linked.look(contents, soon)
  expect(linked.of(contents[5000]!)).toEqual([])
})

test('a folder that does not answer holds up no other the next time, and what lies in it keeps what was seen', async () => {
  const {linked, listed, names} = looked(() => unseen('missing', 'ENOENT'))
  const some = contents.slice(0, 200).map((it, n) => ({...it, path: `/nas/${n}/x`}))
  for (let n = 0; n < 200; n++) names.set(`/nas/${n}`, new Set())
  await linked.look(some, soon)
  names.set('/nas/199', noAnswer)
  await linked.look(some, removal())
  expect(listed.length).toBeLessThan(5)
  expect(linked.of(some[199]!)).toEqual([])
  listed.length = 0
  await linked.look(some, removal())
  expect(new Set(listed).size).toBe(200)
  // As long as nothing is to go, they have their turn one after the other.
  listed.length = 0
  await linked.look(some, soon)
  expect(listed).toHaveLength(64)
  for (let turn = 0; turn < 3; turn++) await linked.look(some, soon)
  expect(new Set(listed).size).toBe(200)
})

test('files replaced by links are seen at once by the size of any of them, in contents of whatever size', async () => {
  const [pack, large, toFolder, other] = [11, 12, 13, 14].map((n) => contents[n]!)
  const to = new Map([[toFolder!.path, [film]]])
  const sizes = new Map([
    [pack!.path, [7_000, 8_000]],
    [large!.path, Array.from({length: 1_001}, (_, n) => n + 1)],
  ])
  const {linked, asked} = looked((path) => ({
    ...none,
    leadsTo: to.get(path) ?? [],
    sizes: sizes.get(path) ?? [3],
  }))
  // So that none of the four has its turn because it was not looked at for long.
  const all = [...contents.slice(100, 300), pack!, large!, toFolder!, other!]
  await linked.look(all.slice(0, 200), soon)
  await linked.look(all.slice(200), soon)
  const cross = {...film, size: 9}
  to.set(pack!.path, [cross]).set(large!.path, [cross])
  asked.length = 0
  await linked.look(all, removal(8_000))
  expect(linked.of(pack!)).toEqual([cross])
  // What may have files of any size, too.
  expect([large, toFolder, other].map((it) => asked.includes(it!.path))).toEqual([true, true, false])
})

test('sizes of what is still downloaded are looked for again when it is complete', async () => {
  const {linked, asked} = looked(() => none)
  const part = {...contents[0]!, isComplete: false}
  // Others go first in what is looked at by turns.
  const others = contents.slice(1, 200)
  await linked.look(others, soon)
  await linked.look([part], soon)
  asked.length = 0
  await linked.look([...others, contents[0]!], soon)
  expect(asked.filter((path) => path === part.path)).toHaveLength(1)
})

test('what is still downloaded is looked at before each removal: a file of it has not the size that it will have', async () => {
  const to = new Map<string, readonly Place[]>()
  const {linked, asked} = looked((path) => ({...none, leadsTo: to.get(path) ?? [], sizes: [3]}))
  const parts = contents.slice(100, 102).map((it, n) => ({...it, size: 5, isComplete: n === 1}))
  // So that neither has its turn because it was not looked at for long.
  await linked.look(contents.slice(200, 400), soon)
  await linked.look(parts, soon)
  await linked.look(contents.slice(400, 600), soon)
  for (const {path} of parts) to.set(path, [film])
  asked.length = 0
  await linked.look([...contents.slice(200, 600), ...parts], removal(8_000))
  expect(parts.map((it) => linked.of(it))).toEqual([[film], []])
})

test('of thousands that wait for their download a removal reads the folders around, and each that began', async () => {
  const began = new Map<string, LinksFound>()
  const {linked, asked, glanced, listed, names} = looked(
    (path) => began.get(path) ?? unseen('missing', 'ENOENT'),
  )
  const queued = contents.map((it) => ({...it, isComplete: false}))
  await linked.look(queued, soon)
  names.set('/nas', new Set())
  asked.length = 0
  await linked.look(queued, removal(-1))
  expect(listed).toEqual(['/nas'])
  expect(glanced).toEqual([])
  // Those are its turn of what was looked at long ago.
  expect(asked.length).toBe(64)
  // Somebody put links where two of them will be written.
  for (const n of [8_000, 9_000]) began.set(`/nas/t${n}`, {...none, leadsTo: [film]})
  names.set('/nas', new Set(['t8000', 't9000']))
  asked.length = 0
  await linked.look(queued, removal(-1))
  expect(asked.length).toBe(66)
  expect([7_000, 8_000, 9_000].map((n) => linked.of(queued[n]!))).toEqual([[], [film], [film]])
  // The size of all its files is looked for in any case.
  asked.length = 0
  await linked.look(queued, removal(6_000))
  expect(asked).toContain('/nas/t6000')
})

test('what could not be read is asked for again before something goes, and else a part of it at a time', async () => {
  const {linked, asked} = looked(() => unseen('unreadable', 'EACCES'))
  await linked.look(contents, soon)
  expect(asked).toHaveLength(10_000)
  asked.length = 0
  await linked.look(contents, soon)
  expect(asked).toHaveLength(256)
  await linked.look(contents, removal())
  expect(asked).toHaveLength(10_256)
})

test('how large files are that go our disk says, without empty ones', async () => {
  const {linked} = looked((path) =>
    path === '/nas/gone' ? unseen('missing', 'ENOENT') : {...none, sizes: [0, path.length]},
  )
  expect(await linked.sizesIn(['/nas/film', '/nas/gone', '/nas/a'])).toEqual(new Set([6, 9]))
})

test('links that led nowhere and were made to lead to what goes are seen right before it goes', async () => {
  const others = contents.slice(0, 200)
  const [flat, deep, same] = contents.slice(200, 203)
  const to = new Map<string, readonly Place[]>()
  const {linked, names, changed} = looked((path) => ({
    ...dead,
    leadsTo: to.get(path) ?? [],
    changedAt: path === deep!.path ? null : (changed.get(path) ?? 1),
  }))
  names.set('/', new Set())
  await linked.look(others, soon)
  await linked.look([flat!, deep!, same!], soon)
  const all = [...others, flat!, deep!, same!]
  for (const {path} of [flat!, deep!, same!]) to.set(path, [film])
  changed.set(flat!.path, 2)
  await linked.look(all, removal(-1))
  expect([flat, deep, same].map((it) => linked.of(it!))).toEqual([[film], [film], []])
})

/** Each its film, and some of the notes of a group: three sizes for all of them. */
const notes = [1_000, 32 * 1_024, 64 * 1_024]
const parts = 50_000_000
const released = (path: string): LinksFound => ({
  ...none,
  sizes: [...notes, parts, 1e9 + Number(path.slice(6))],
})

test('beside thousands with notes of the same sizes a removal looks at those with a film of its size alone', async () => {
  const {linked, asked, glanced} = looked((path) => ({
    ...released(path),
    sizes: released(path).sizes.filter((it) => it !== parts),
  }))
  await linked.look(contents, soon)
  expect(asked.length).toBe(contents.length)
  asked.length = 0
  await linked.look(contents, removal(...notes, 1e9 + 5_000))
  // The first has all of the size of a note.
  expect(glanced.toSorted()).toEqual(['/nas/t1000', '/nas/t5000'])
  // Their turn, as with each look.
  expect(asked.length).toBe(64)
})

test('of few that have one small size each is looked at, and of those with a large one, however many', async () => {
  const {linked, asked, glanced} = looked(released)
  const few = contents.slice(0, 256)
  await linked.look(few, soon)
  glanced.length = 0
  await linked.look(few, removal(...notes))
  expect(glanced.length + 64).toBe(256)
  await linked.look(contents, soon)
  ;[asked.length, glanced.length] = [0, 0]
  await linked.look(contents, removal(parts))
  // One question each, about names alone, and no file of theirs is read.
  expect([asked.length, glanced.length]).toEqual([64, contents.length - 64])
})

test('a link that took the place of a file is followed by that look already', async () => {
  const to = new Map<string, readonly Place[]>()
  const {linked, asked} = looked((path) => ({...released(path), leadsTo: to.get(path) ?? []}))
  await linked.look(contents, soon)
  to.set('/nas/t5000', [film])
  asked.length = 0
  await linked.look(contents, removal(parts))
  expect(linked.of(contents[5_000]!)).toEqual([film])
  expect(asked.length).toBe(65)
})

test('a size is common only as long as contents have it', async () => {
  const {linked, glanced} = looked(released)
  await linked.look(contents, soon)
  const left = contents.slice(0, 200)
  const hashes = new Set(left.map(({key}) => key.hash))
  linked.forget(A, (hash) => hashes.has(hash as (typeof left)[number]['key']['hash']))
  await linked.look(left, removal(notes[0]!))
  expect(glanced.length).toBe(200 - 64)
})

test('what could not be seen, or did not answer, is asked like any other once it went and came back', async () => {
  let answer: LinksFound | Unseen = unseen('unreadable', 'EACCES')
  const {linked, asked} = looked(() => answer)
  await linked.look(contents, soon)
  asked.length = 0
  await linked.look(contents, soon)
  // Only a part of what could not be seen has its turn.
  expect(asked.length).toBe(256)
  linked.forget(A, () => false)
  asked.length = 0
  await linked.look(contents, soon)
  expect(asked.length).toBe(contents.length)
  // A server that is neither configured nor remembered any more.
  linked.forgetOthers(new Set())
  answer = noAnswer
  await linked.look(contents, soon)
  const last = contents.at(-1)!
  asked.length = 0
  await linked.look(contents, soon)
  expect(asked).not.toContain(last.path)
  linked.forgetOthers(new Set())
  asked.length = 0
  await linked.look(contents, soon)
  expect(asked).toContain(last.path)
})
