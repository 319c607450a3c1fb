import fc from 'fast-check'
import {expect, test} from 'vitest'
import {filePriorities, type FilePriority} from '#model/command.ts'
import {copyOf, onePriority, prioritiesAt, setFile, sumUp, wanted} from './file-figures.ts'
import {buildTree} from './file-tree.ts'

interface File {
  readonly path: string
  readonly size: number
  readonly progress: number
  readonly priority: FilePriority
}

const season: readonly File[] = [
  {path: 'Season/e2.mkv', size: 300, progress: 1, priority: 'normal'},
  {path: 'Season/e10.mkv', size: 100, progress: 0.5, priority: 'normal'},
  {path: 'Season/Extras/one.txt', size: 10, progress: 0, priority: 'skip'},
  {path: 'read me.txt', size: 100, progress: 0.5, priority: 'skip'},
]
/** Nodes: Season, Extras, one.txt, e2, e10, read me. */
const tree = buildTree(season)

function sumsOf(files: readonly File[], of = tree) {
  return sumUp(of, files, (place) => files[place]!.priority)
}

test('a folder is as large as what is in it, and holds what that holds', () => {
  const {size, held, wanted} = sumsOf(season)
  expect([size[0], held[0], size[1], held[1], wanted]).toEqual([410, 350, 10, 0, 400])
})

test('a folder of wanted and unwanted files is wanted in part and has no priority of its own', () => {
  const figures = sumsOf(season)
  const [folder, extras, file] = [0, 1, 3].map((at) => prioritiesAt(figures, at)) as [number, number, number]
  expect([wanted(folder), wanted(extras), wanted(file)]).toEqual(['mixed', false, true])
  expect([onePriority(folder), onePriority(extras), onePriority(file)]).toEqual([null, 'skip', 'normal'])
})

test('files that change one after the other leave the same figures as all of them summed up again', () => {
  const part = fc.constantFrom('a', 'b', 'c')
  const paths = fc.uniqueArray(fc.array(part, {minLength: 1, maxLength: 4}).map((it) => `${it.join('/')}.x`))
  const change = fc.record({
    place: fc.nat(),
    progress: fc.double({min: 0, max: 1, noNaN: true}),
    priority: fc.constantFrom(...filePriorities),
    size: fc.nat({max: 1e12}),
  })
  fc.assert(
    fc.property(paths, fc.array(change), (all, changes) => {
      fc.pre(all.length > 0)
      const files: File[] = all.map((path) => ({path, size: 1_000, progress: 0, priority: 'normal'}))
      const of = buildTree(files)
      const figures = sumsOf(files, of)
      const before = copyOf(figures)
      for (const {place: dice, ...values} of changes) {
        const place = dice % files.length
        files[place] = {...files[place]!, ...values}
        setFile(figures, of, place, files[place], values.priority)
      }
      expect(figures).toEqual(sumsOf(files, of))
      expect(before).toEqual(
        sumsOf(
          all.map((path) => ({...files[0]!, path, size: 1_000, progress: 0, priority: 'normal'})),
          of,
        ),
      )
    }),
  )
})
