import fc from 'fast-check'
import {expect, test} from 'vitest'
import {planRecycling, type RecycleFile} from './recycle.ts'

const roots = [
  {path: '/mnt', device: '1'},
  {path: '/mnt/ssd', device: '2'},
]
const at = Date.UTC(2026, 10, 20, 21, 0, 0)

function file(path: string, device = '1'): RecycleFile {
  return {path, device, inode: '7', size: 5}
}

test('a plan keeps to the innermost root', () => {
  const files = [file('/mnt/ssd/F/a.mkv', '2'), file('/mnt/ssd/F/b/a.mkv', '2')]
  expect(planRecycling({roots, files, folder: '/mnt/ssd/F', at, id: 'ab'})).toEqual({
    root: '/mnt/ssd',
    device: '2',
    entry: '20261120T210000000Z-ab',
    at,
    folder: 'F',
    files: [
      {from: 'F/a.mkv', to: '1 a.mkv', inode: '7', size: 5},
      {from: 'F/b/a.mkv', to: '2 a.mkv', inode: '7', size: 5},
    ],
  })
})

test.each([
  ['nothing', []],
  ['outsideRoots', [file('/srv/a')]],
  ['outsideRoots', [file('/mntx/a')]],
  ['outsideRoots', [file('/mnt/../etc/passwd')]],
  ['outsideRoots', [file('mnt/a')]],
  ['outsideRoots', [file('/mnt/ssd/a', '2'), file('/mnt/a')]],
  ['otherDevice', [file('/mnt/a', '9')]],
  ['otherDevice', [file('/mnt/a'), file('/mnt/b', '9')]],
  ['rootItself', [file('/mnt')]],
  ['rootItself', [file('/mnt/ssd')]],
  ['inRecycleArea', [file('/mnt/.commodarr-recycle/x/1 a')]],
] as const)('%s: %j', (refused, files) => {
  expect(planRecycling({roots, files, folder: null, at, id: 'ab'})).toMatchObject({refused})
})

test('a root, or what is around it, is no folder of a torrent', () => {
  for (const folder of ['/mnt', '/', '/elsewhere']) {
    expect(planRecycling({roots, files: [file('/mnt/a')], folder, at, id: 'ab'})).toMatchObject({
      folder: null,
    })
  }
})

test('names are unique and bounded, and stay in the entry', () => {
  const name = fc
    .string({unit: 'grapheme', minLength: 1, maxLength: 300})
    .filter((it) => !/[/\\\0]|^\.\.?$/.test(it))
  fc.assert(
    fc.property(fc.array(name, {minLength: 1, maxLength: 30}), (names) => {
      const files = names.map((it) => file(`/mnt/F/${it}`))
      const plan = planRecycling({roots, files, folder: null, at, id: 'ab'})
      if ('refused' in plan) return expect(plan.refused).toBe('inRecycleArea')
      const targets = plan.files.map(({to}) => to)
      expect(new Set(targets.map((it) => it.toLowerCase())).size).toBe(names.length)
      for (const to of targets) {
        expect(Buffer.byteLength(to)).toBeLessThanOrEqual(140)
        expect(to).not.toMatch(/[/\0]|^\.\.?$/)
      }
    }),
  )
})
