import {expect, onTestFinished, test, vi} from 'vitest'
import {file} from './look-ups.fixture.ts'
import {pathsOfFiles} from './torrent-paths.ts'

const mappings = [
  {server: '/data', ours: '/srv'},
  {server: 'D:\\data', ours: '/srv'},
]

for (const [what, contentPath, names, ours] of [
  ['one file', '/data/a.mkv', ['a.mkv'], ['/srv/a.mkv']],
  ['one file in a folder', '/data/x/a/b.mkv', ['a/b.mkv'], ['/srv/x/a/b.mkv']],
  ['one file, told by its folder', '/data/x/a', ['a/b.mkv'], ['/srv/x/a/b.mkv']],
  ['files in the folder of their torrent', '/data/a/', ['a/1', 'a/s/2'], ['/srv/a/1', '/srv/a/s/2']],
  ['files without a folder of their own', '/data/x', ['1', 's/2'], ['/srv/x/1', '/srv/x/s/2']],
  ['files on Windows', 'D:\\data\\a', ['a/1', 'a/2'], ['/srv/a/1', '/srv/a/2']],
] as const) {
  test(`${what} are found below our folder`, () => {
    const files = names.map((path, index) => file(index, path))
    expect(pathsOfFiles({contentPath}, files, files, mappings)).toEqual({value: ours})
  })
}

for (const [what, contentPath, names] of [
  ['no place', undefined, ['a']],
  ['a place without a mapping', '/other/a', ['a/1', 'a/2']],
  ['a folder of another name than theirs', '/data/renamed', ['a/1', 'a/2']],
  ['a file of another name', '/data/renamed.mkv', ['a.mkv']],
  ['names that climb', '/data/a', ['a/1', 'a/../../../etc/passwd']],
] as const) {
  test(`files with ${what} are not looked for`, () => {
    const files = names.map((path, index) => file(index, path))
    expect(pathsOfFiles({contentPath}, files, files, mappings)).toHaveProperty('unknown')
  })
}

test('of tens of thousands of files no path is taken apart: their folders are, once', () => {
  const files = Array.from({length: 60_000}, (_, index) => ({
    index,
    path: `Top/folder ${index % 300}/part ${index}`,
    size: 1,
    progress: 1,
    priority: 'normal' as const,
  }))
  const mappings = Array.from({length: 5}, (_, n) => ({server: `/srv/disk ${n}`, ours: `/mnt/disk ${n}`}))
  const split = vi.spyOn(String.prototype, 'split')
  onTestFinished(() => split.mockRestore())
  const read = pathsOfFiles({contentPath: '/srv/disk 4/films/Top'}, files, files, mappings)
  expect(split.mock.calls.length).toBeLessThan(1_000)
  split.mockRestore()
  expect('value' in read && [read.value.length, read.value.at(-1)]).toEqual([
    60_000,
    '/mnt/disk 4/films/Top/folder 299/part 59999',
  ])
})
