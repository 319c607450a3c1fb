import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {filePriorities} from '#model/command.ts'
import type {TorrentFile} from '../../api/details.ts'
import {isLike, matchesOf} from './file-filter.ts'
import {
  buildTree,
  figuresOf,
  filesBelow,
  foldedAtFirst,
  isTreeOf,
  onePriority,
  shownNodes,
  wanted,
} from './file-tree.ts'

function file(path: string, more: Partial<TorrentFile> = {}): TorrentFile {
  return {index: 0, path, size: 100, progress: 0.5, priority: 'normal', ...more}
}

const season = [
  file('Season/e10.mkv'),
  file('Season/e2.mkv', {size: 300, progress: 1}),
  file('Season/Extras/one.txt', {priority: 'skip', size: 10, progress: 0}),
  file('read me.txt', {priority: 'skip'}),
]
const tree = buildTree(season)
const names = (numbers: readonly number[]) => numbers.map((at) => tree.nodes[at]!.name)

test('folders come first, then files, and numbers in names count as numbers', () => {
  expect(tree.nodes.map(({name, depth}) => `${depth} ${name}`)).toEqual([
    '0 Season',
    '1 Extras',
    '2 one.txt',
    '1 e2.mkv',
    '1 e10.mkv',
    '0 read me.txt',
  ])
})

test('a folder is as large as what is in it, and holds what that holds', () => {
  const {size, held, files} = figuresOf(tree, season)
  expect([size[0], held[0], files[0]]).toEqual([410, 350, 3])
  expect([size[1], held[1], files[1]]).toEqual([10, 0, 1])
})

test('a folder of wanted and unwanted files is wanted in part and has no priority of its own', () => {
  const {priorities} = figuresOf(tree, season)
  expect(priorities.length).toBe(6)
  expect([wanted(priorities[0]!), wanted(priorities[1]!), wanted(priorities[3]!)]).toEqual([
    'mixed',
    false,
    true,
  ])
  expect([onePriority(priorities[0]!), onePriority(priorities[3]!)]).toEqual([null, 'normal'])
})

test('what somebody wished goes before what the server shows', () => {
  const {priorities} = figuresOf(tree, season, () => 'high')
  expect(onePriority(priorities[0]!)).toBe('high')
})

test('what is in a folded folder is not in sight', () => {
  expect(names(shownNodes(tree, new Set(['Season/Extras']), null))).toEqual([
    ...['Season', 'Extras', 'e2.mkv', 'e10.mkv', 'read me.txt'],
  ])
  expect(names(shownNodes(tree, new Set(['Season']), null))).toEqual(['Season', 'read me.txt'])
})

test('a filter opens the folders that hold a match, and leaves the others out', () => {
  const matches = matchesOf(tree, '*.TXT')
  expect(names(shownNodes(tree, new Set(['Season']), matches))).toEqual([
    'Season',
    'Extras',
    'one.txt',
    'read me.txt',
  ])
  expect(filesBelow(tree, [0], matches)).toEqual([2])
})

test('words are looked for in the whole path, a pattern with a slash too', () => {
  expect(names(shownNodes(tree, new Set(), matchesOf(tree, 'season e10')))).toEqual(['Season', 'e10.mkv'])
  expect(names(shownNodes(tree, new Set(), matchesOf(tree, 'season/e*')))).toEqual([
    ...['Season', 'Extras', 'one.txt', 'e2.mkv', 'e10.mkv'],
  ])
  expect(matchesOf(tree, '  ')).toBeNull()
})

test('a torrent of many files begins with its folders folded', () => {
  expect(foldedAtFirst(tree).size).toBe(0)
  const many = buildTree(Array.from({length: 600}, (_, at) => file(`top/${at % 20}/${at}`)))
  expect(foldedAtFirst(many).size).toBe(20)
})

test('the tree is built anew only when paths change', () => {
  expect(
    isTreeOf(
      tree,
      season.map((it) => ({...it, progress: 1})),
    ),
  ).toBe(true)
  expect(isTreeOf(tree, season.slice(1))).toBe(false)
})

const part = fc.constantFrom('a', 'b', 'c', 'd')
const paths = fc.uniqueArray(
  fc.array(part, {minLength: 1, maxLength: 4}).map((it) => `${it.join('/')}.x`),
  {
    maxLength: 60,
  },
)

describe('of any torrent', () => {
  test('every file is in the tree once, below the folders of its path, and sums add up', () => {
    fc.assert(
      fc.property(paths, fc.infiniteStream(fc.nat(3)), (all, dice) => {
        const files = all.map((path, at) =>
          file(path, {size: at + 1, priority: filePriorities[dice.next().value as number]!}),
        )
        const {nodes} = buildTree(files)
        const figures = figuresOf({nodes, paths: all, isDeep: true}, files)
        expect(nodes.flatMap(({file}) => (file === -1 ? [] : [file])).toSorted((a, b) => a - b)).toEqual(
          files.map((_, at) => at),
        )
        for (const [at, node] of nodes.entries()) {
          const below = files.filter(({path}) => path === node.path || path.startsWith(`${node.path}/`))
          expect(figures.size[at]).toBe(below.reduce((sum, it) => sum + it.size, 0))
          expect(figures.files[at]).toBe(below.length)
          expect(filesBelow({nodes, paths: all, isDeep: true}, [at], null)).toHaveLength(below.length)
        }
      }),
    )
  })

  test('a pattern means what the same pattern means to a regular expression', () => {
    const letters = fc.string({unit: fc.constantFrom('a', 'b', '.'), maxLength: 8})
    const pattern = fc.string({unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 6})
    fc.assert(
      fc.property(letters, pattern, (text, typed) => {
        const regular = new RegExp(
          `^${typed.replaceAll('.', '\\.').replaceAll('?', '.').replaceAll('*', '.*')}$`,
        )
        expect(isLike(text, typed)).toBe(regular.test(text))
      }),
    )
  })
})
