import {expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import type {TorrentFile} from '../../../api/details.ts'
import {atOnce, inSlices, type Pauses, type Sliced} from '../../../lib/slices.ts'
import {prioritiesAt, sumUp} from './file-figures.ts'
import {matchesIn, NODES_AT_ONCE, type TreeNode} from './file-tree.ts'
import {FileTable, type ShownFiles} from './files.ts'

const MANY = isFull ? 100_000 : 20_000

/** Ten folders of folders, in an order that nobody sorted. */
function manyFiles(count = MANY): TorrentFile[] {
  return Array.from({length: count}, (_, index) => {
    const dice = (index * 7_919) % count
    const path = `Top ${dice % 10}/Part ${dice % 97}/item ${dice}.bin`
    return {index, path, size: 1_000, progress: 0, priority: 'normal'}
  })
}

/** How often it could have paused. */
function pausesOf(work: Sliced<unknown>): number {
  let pauses = 0
  while (!work.next().done) pauses++
  return pauses
}

/** Counts which nodes of a tree are looked at from now on. */
function watched(book: FileTable): {readonly touched: Set<number>} {
  const shown = book.shown()!
  const touched = new Set<number>()
  const nodes = new Proxy(shown.tree.nodes as TreeNode[], {
    get(target, name, receiver) {
      if (typeof name === 'string' && /^\d+$/.test(name)) touched.add(Number(name))
      return Reflect.get(target, name, receiver)
    },
  })
  Object.assign(shown.tree, {nodes})
  return {touched}
}

function taken(files: readonly TorrentFile[]): FileTable {
  const book = new FileTable()
  atOnce(book.take(files, 0))
  return book
}

function fresh({tree, files}: ShownFiles, priorityOf = (place: number) => files[place]!.priority) {
  return sumUp(tree, files, priorityOf)
}

test('many files are ordered and summed up in slices, and nothing is shown before the last', () => {
  const book = new FileTable()
  const files = manyFiles()
  let wasShown = false
  const work = book.take(files, 0)
  let pauses = 0
  while (!work.next().done) {
    pauses++
    wasShown ||= book.shown() !== null
  }
  // Each file is put into its folder, placed and summed up: three looks, besides those that sort.
  expect(pauses).toBeGreaterThan((3 * MANY) / NODES_AT_ONCE)
  expect(wasShown).toBe(false)
  expect(book.shown()!.tree.nodes).toHaveLength(
    MANY + 10 + new Set(files.map(({path}) => path.slice(0, path.lastIndexOf('/')))).size,
  )
})

test('a filter over many files is a matter of slices, too', () => {
  const {tree} = taken(manyFiles()).shown()!
  expect(pausesOf(matchesIn(tree, 'item 77'))).toBeGreaterThan(MANY / NODES_AT_ONCE)
})

test('progress leaves the tree alone: only the files that moved are touched, and their folders', () => {
  const files = manyFiles()
  const book = taken(files)
  const {tree} = book.shown()!
  const {touched} = watched(book)
  const moved = [5, 4_711, MANY - 1]
  const next = files.map((file) => (moved.includes(file.index) ? {...file, progress: 0.5} : {...file}))
  const pauses = pausesOf(book.take(next, 1))
  const shown = book.shown()!
  expect(shown.tree).toBe(tree)
  expect(touched.size).toBeLessThanOrEqual(moved.length * 3)
  expect(pauses).toBeGreaterThan((2 * MANY) / NODES_AT_ONCE)
  expect(shown.figures).toEqual(fresh(shown))
})

test('a wish for a whole folder touches what is in it and the folders above, at once', () => {
  const book = taken(manyFiles(1_000))
  const before = book.shown()!
  const below = before.files.flatMap(({path}, place) => (path.startsWith('Top 3/') ? [place] : []))
  const {touched} = watched(book)
  let told = 0
  book.changes.listen(() => void told++)
  book.wish(below, 'skip')
  const shown = book.shown()!
  expect(told).toBe(1)
  expect([...touched].every((at) => before.tree.nodes[at]!.path.startsWith('Top 3'))).toBe(true)
  expect(shown).not.toBe(before)
  expect(prioritiesAt(shown.figures, shown.tree.byPath.get('Top 3')!)).toBe(1)
  expect(shown.figures.wanted).toBe((1_000 - below.length) * 1_000)
})

for (const [what, change] of [
  ['figures', {progress: 1}],
  ['names', {path: 'renamed'}],
] as const) {
  test(`what is wished while other ${what} are read is not lost, however far that is`, async () => {
    const files = manyFiles(2_000)
    const next = files.map((it) => (it.index === 9 ? {...it, ...change} : it))
    for (const wishAfter of [1, 3, 8, 12, 16]) {
      const book = taken(files)
      let turns = 0
      const pauses: Pauses = {
        due: () => true,
        next: async () => void (++turns === wishAfter && book.wish([3, 1_999], 'high')),
      }
      await inSlices(book.take(next, 1), new AbortController().signal, pauses)
      const shown = book.shown()!
      expect(turns).toBeGreaterThan(wishAfter)
      expect(shown.figures).toEqual(
        fresh(shown, (place) => (place === 3 || place === 1_999 ? 'high' : 'normal')),
      )
    }
  })
}

test('a wish that the server refuses is taken back where it was shown', () => {
  const book = taken(manyFiles(50))
  const wish = book.wish([7], 'skip')
  book.fail(wish, [7], 'No.')
  const shown = book.shown()!
  expect(shown.figures).toEqual(fresh(shown))
  expect(book.edits.failureOf(7)).toBe('No.')
})

test('a reading that shows what was wished ends the wish', () => {
  const files = manyFiles(50)
  const book = taken(files)
  book.wish([7], 'high').answeredAt = 10
  atOnce(book.take(files, 20))
  expect(book.edits.wished(7)).toBe('high')
  atOnce(
    book.take(
      files.map((it) => (it.index === 7 ? {...it, priority: 'high'} : it)),
      30,
    ),
  )
  expect(book.edits.isWaiting).toBe(false)
  expect(book.shown()!.figures).toEqual(fresh(book.shown()!))
})

test('another name builds the tree again', () => {
  const files = manyFiles(50)
  const book = taken(files)
  const {tree} = book.shown()!
  atOnce(
    book.take(
      files.map((it) => (it.index === 7 ? {...it, path: 'renamed'} : it)),
      1,
    ),
  )
  expect(book.shown()!.tree).not.toBe(tree)
  expect(book.shown()!.tree.byPath.has('renamed')).toBe(true)
})
