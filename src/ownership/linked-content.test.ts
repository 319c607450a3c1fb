import {expect, test} from 'vitest'
import {noAnswer, unseen} from '#disk/fs-errors.ts'
import type {LinksFound, Place, Places} from '#disk/places.ts'
import {A, keyOf} from '#lookups/look-ups.fixture.ts'
import {LinkedContent} from './linked-content.ts'

const contents = Array.from({length: 10_000}, (_, n) => ({key: keyOf(A, n), path: `/nas/t${n}`, size: n}))
const none = {leadsTo: [], dangling: 0}
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
  const linked = new LinkedContent({
    places: {
      async linksIn(path) {
        asked.push(path)
        await Promise.resolve()
        return linksIn(path)
      },
    },
    diskAway: async (path) => diskAway(path),
  })
  return {linked, asked}
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

test('whoever lies elsewhere by now is looked at again, whoever went is forgotten', async () => {
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
  there = {leadsTo: [film], dangling: 0}
  away = null
  await linked.look([one], soon)
  expect(linked.of(one)).toEqual([film])
  // Gone again: what it led to may come back with it.
  there = null
  await linked.look([one], soon)
  expect(linked.of(one)).toEqual([film])
})

test('links whose disk is away are followed once it is back', async () => {
  let found: LinksFound = {leadsTo: [], dangling: 1}
  const {linked} = looked(() => found)
  const one = contents[0]!
  await linked.look([one], soon)
  expect(linked.of(one)).toEqual([])
  found = {leadsTo: [film], dangling: 0}
  await linked.look([one], soon)
  expect(linked.of(one)).toEqual([film])
  found = {leadsTo: [], dangling: 1}
  await linked.look([one], soon)
  expect(linked.of(one)).toEqual([film])
})

test('of missing files on a disk that is there nothing is in doubt', async () => {
  const {linked} = looked(() => unseen('missing', 'ENOENT'))
  await linked.look([contents[0]!], soon)
  expect(linked.of(contents[0]!)).toEqual([])
})

test('files that somebody replaced by links are seen right before content of their size goes, and else by and by', async () => {
  let found = none as LinksFound
  const {linked, asked} = looked((path) => (path === contents[7]!.path ? found : none))
  await linked.look(contents, soon)
  found = {leadsTo: [film], dangling: 0}
  await linked.look(contents, {isFresh: true, sizes: new Set([7])})
  expect(linked.of(contents[7]!)).toEqual([film])
  found = none
  asked.length = 0
  for (let turn = 0; turn < contents.length / 64 + 1; turn++) await linked.look(contents, soon)
  expect(new Set(asked).size).toBe(contents.length)
  expect(linked.of(contents[7]!)).toEqual([])
})
