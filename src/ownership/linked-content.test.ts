import {expect, test} from 'vitest'
import {noAnswer, unseen} from '#disk/fs-errors.ts'
import type {Places} from '#disk/places.ts'
import {A, keyOf} from '#lookups/look-ups.fixture.ts'
import {LinkedContent} from './linked-content.ts'

const contents = Array.from({length: 10_000}, (_, n) => ({key: keyOf(A, n), path: `/nas/t${n}`}))

function looked(linksIn: (path: string) => Awaited<ReturnType<Places['linksIn']>>) {
  const asked: string[] = []
  const linked = new LinkedContent({
    async linksIn(path) {
      asked.push(path)
      await Promise.resolve()
      return linksIn(path)
    },
  })
  return {linked, asked}
}

test('of a share that does not answer a few contents are asked for, not each of thousands', async () => {
  const {linked, asked} = looked(() => noAnswer)
  await linked.look(contents)
  expect(asked.length).toBeLessThan(5)
  expect(linked.of(contents[0]!)).toBeNull()
})

test('one that does not answer is asked last the next time, and those before it are seen', async () => {
  const slow = contents.at(-1)!
  const {linked, asked} = looked((path) => (path === slow.path ? noAnswer : []))
  await linked.look(contents)
  expect(asked.length).toBeLessThan(5)
  await linked.look(contents)
  expect(contents.filter((it) => linked.of(it) === null)).toEqual([slow])
  asked.length = 0
  await linked.look(contents)
  expect(asked).toEqual([slow.path])
})

test('one that may not be read holds up no other', async () => {
  const closed = contents[5000]!
  const {linked} = looked((path) => (path === closed.path ? unseen('unreadable', 'EACCES') : []))
  await linked.look(contents)
  expect(contents.filter((it) => linked.of(it) === null)).toEqual([closed])
})

test('whoever lies elsewhere by now is looked at again, whoever went is forgotten', async () => {
  const {linked, asked} = looked(() => [])
  const [one] = contents
  const moved = {...one!, path: '/nas/moved'}
  await linked.look([one!])
  expect(linked.of(moved)).toBeNull()
  await linked.look([moved])
  linked.forget(A, () => false)
  expect(linked.of(moved)).toBeNull()
  expect(asked).toEqual([one!.path, moved.path])
})
