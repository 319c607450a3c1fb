import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {TorrentFile} from '../../../api/details.ts'
import {atOnce} from '../../../lib/slices.ts'
import {buildTree, filesBelow, foldedAtFirst, isLike, isTreeOf, matchesOf, shownNodes} from './file-tree.ts'

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

test('what is in a folded folder is not in sight', () => {
  expect(names(shownNodes(tree, new Set(['Season/Extras']), null))).toEqual([
    'Season',
    'Extras',
    'e2.mkv',
    'e10.mkv',
    'read me.txt',
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
    'Season',
    'Extras',
    'one.txt',
    'e2.mkv',
    'e10.mkv',
  ])
  expect(matchesOf(tree, '  ')).toBeNull()
})

test('a size finds files beside a pattern or words', () => {
  const found = (typed: string) =>
    filesBelow(tree, tree.nodes.keys(), matchesOf(tree, typed)).toSorted((one, other) => one - other)
  expect(found('>200B')).toEqual([1])
  expect(found('*.mkv <=0.1kB')).toEqual([0])
  expect(found('season >50B <200B')).toEqual([0])
  expect(found('>1TB')).toEqual([])
  // It is no size: a word like another.
  expect(found('>much')).toEqual([])
})

test('a torrent of many files begins with its folders folded', () => {
  expect(foldedAtFirst(tree).size).toBe(0)
  const many = buildTree(Array.from({length: 600}, (_, at) => file(`top/${at % 20}/${at}`)))
  expect(foldedAtFirst(many).size).toBe(20)
})

test('the tree is built again only when paths change', () => {
  const read = season.map((it) => ({...it, progress: 1}))
  expect(atOnce(isTreeOf(tree, read))).toBe(true)
  expect(atOnce(isTreeOf(tree, season.slice(1)))).toBe(false)
  expect(atOnce(isTreeOf(tree, [...season.slice(1), file('new name')]))).toBe(false)
})

const part = fc.constantFrom('a', 'b', 'c', 'd')
const paths = fc.uniqueArray(
  fc.array(part, {minLength: 1, maxLength: 4}).map((it) => `${it.join('/')}.x`),
  {maxLength: 60},
)

describe('of any torrent', () => {
  test('every file is in the tree once, below the folders of its path', () => {
    fc.assert(
      fc.property(paths, (all) => {
        const files = all.map((path) => file(path))
        const tree = buildTree(files)
        const {nodes, byPath, ofFiles} = tree
        expect(nodes.flatMap(({file}) => (file === -1 ? [] : [file])).toSorted((a, b) => a - b)).toEqual(
          files.map((_, at) => at),
        )
        for (const [at, node] of nodes.entries()) {
          expect(byPath.get(node.path)).toBe(at)
          if (node.file !== -1) expect(ofFiles[node.file]).toBe(at)
          const below = files.filter(({path}) => path === node.path || path.startsWith(`${node.path}/`))
          expect(filesBelow(tree, [at], null)).toHaveLength(below.length)
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
