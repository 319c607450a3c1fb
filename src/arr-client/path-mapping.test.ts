import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {RemotePathMapping} from '#model/arr.ts'
import {asArrSees, asServerSees, below} from './path-mapping.ts'

const mappings: readonly RemotePathMapping[] = [
  {host: 'NAS', remotePath: '/downloads/radarr/', localPath: '/data/radarr/'},
  {host: 'nas', remotePath: '/downloads', localPath: '/data/all'},
  {host: 'win', remotePath: 'C:\\Torrents\\', localPath: '/mnt/win/'},
  {host: 'linux', remotePath: '/srv/t', localPath: '\\\\nas\\share\\t\\'},
  {host: 'root', remotePath: '/', localPath: '/mnt/root'},
]

for (const [host, path, expected] of [
  ['nas', '/downloads/radarr/A/a.mkv', '/data/radarr/A/a.mkv'],
  ['Nas', '/downloads/radarr', '/data/radarr'],
  ['nas', '/downloads/radarr2/A', '/data/all/radarr2/A'],
  ['nas', '/downloadsX/A', '/downloadsX/A'],
  ['nas', '/Downloads/A', '/Downloads/A'],
  ['other', '/downloads/A', '/downloads/A'],
  ['win', 'c:\\torrents\\Some Show\\e1.mkv', '/mnt/win/Some Show/e1.mkv'],
  ['win', 'C:/Torrents/x', '/mnt/win/x'],
  ['linux', '/srv/t/a/b', '\\\\nas\\share\\t\\a\\b'],
  ['root', '/a/b', '/mnt/root/a/b'],
  ['nas', '/downloads/odd\\name', '/data/all/odd\\name'],
] as const) {
  test(`the Arr calls ${path} of ${host} ${expected}`, () => {
    expect(asArrSees(path, host, mappings)).toBe(expected)
  })
}

for (const [host, path, expected] of [
  ['nas', '/data/radarr/A', '/downloads/radarr/A'],
  ['win', '/mnt/win/Some Show/e1.mkv', 'C:\\Torrents\\Some Show\\e1.mkv'],
  ['linux', '\\\\NAS\\share\\t\\a\\b', '/srv/t/a/b'],
  ['root', '/mnt/root/a', '/a'],
] as const) {
  test(`${host} calls ${path} of the Arr ${expected}`, () => {
    expect(asServerSees(path, host, mappings)).toBe(expected)
  })
}

test('there and back is where it was, for any path below a mapping', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9 ._[\]()-]{1,12}$/).filter((it) => it.trim() === it)
  const folder = fc.array(part, {minLength: 1, maxLength: 4})
  fc.assert(
    fc.property(
      folder,
      folder,
      folder,
      fc.boolean(),
      fc.boolean(),
      (remote, local, rest, isWin, isLocalWin) => {
        const join = (parts: readonly string[], win: boolean) =>
          win ? `D:\\${parts.join('\\')}` : `/${parts.join('/')}`
        const mapping = {host: 'h', remotePath: join(remote, isWin), localPath: join(local, isLocalWin)}
        const path = join([...remote, ...rest], isWin)
        const seen = asArrSees(path, 'H', [mapping])
        expect(seen).toBe(join([...local, ...rest], isLocalWin))
        expect(asServerSees(seen, 'h', [mapping])).toBe(path)
      },
    ),
  )
})

test('a folder holds itself and what is below it, and no neighbour of a similar name', () => {
  expect(below('/a/b/', '/a/b')).toBe('')
  expect(below('/a/b', '/a/b/c/d')).toBe('c/d')
  expect(below('/a/b', '/a/bc')).toBeNull()
  expect(below('', '/a')).toBeNull()
})
