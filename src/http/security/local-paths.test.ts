import {expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {asUserId, type Role} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {fakeHouse} from '#test/http/http-fakes.ts'
import {shownPaths} from './local-paths.ts'

const me = asUserId('me')
const [own, shared] = [asServerId('qBit'), asServerId('box')]
const mappings = [
  {server: '/downloads', ours: '/mnt/nas'},
  {server: '/films', ours: '/mnt/nas/films (new)/'},
  {server: 'D:\\data', ours: '/srv/win'},
]

async function pathsFor(role: Role, level: 'view' | 'control' = 'control') {
  const {book, http} = await fakeHouse()
  await http.close()
  book.changes.set('qBit', {ownerId: me, sharing: []})
  book.changes.set('box', {ownerId: asUserId('u1'), sharing: [{with: me, level}]})
  const access = accessOf({userId: me, role, scopes: null, servers: null}, book)
  return shownPaths(access, () => mappings)
}

const disk = 'The disk at /mnt is not the one that was there: /mnt/nas is empty.'

test('who may change a server reads our paths, and so does an administrator', async () => {
  const paths = await pathsFor('member')
  expect(paths.text(own, '/mnt/nas/a is gone.')).toBe('/mnt/nas/a is gone.')
  expect(paths.message(own, disk, 'disk_missing')).toBe(disk)
  expect(paths.args(own, {path: '/mnt/nas'}, 'disk_missing')).toEqual({path: '/mnt/nas'})
  const all = await pathsFor('administrator')
  expect(all.message(shared, disk, 'disk_missing')).toBe(disk)
  expect(all.text(null, '/mnt/nas')).toBe('/mnt/nas')
})

test.each(['view', 'control'] as const)(
  'with the right to %s a path is read as the server writes it',
  async (level) => {
    const paths = await pathsFor('member', level)
    expect(paths.text(shared, '/mnt/nas/films (new)/a b.mkv is another file by now.')).toBe(
      '/films/a b.mkv is another file by now.',
    )
    expect(paths.text(shared, 'See /mnt/nas.')).toBe('See /downloads.')
    expect(paths.text(shared, '(/mnt/nas/a), "/srv/win/b"')).toBe('(/downloads/a), "D:\\data/b"')
    // Others that only begin alike.
    expect(paths.text(shared, '/mnt/nas2/a, /mnt/nas-old, /x/mnt/nas')).toBe(
      '/mnt/nas2/a, /mnt/nas-old, /x/mnt/nas',
    )
    expect(paths.args(shared, {path: '/mnt/nas/a', bytes: 5})).toEqual({path: '/downloads/a', bytes: 5})
  },
)

test('of a disk that is gone, whose folder may lie above all mapped ones, there is a sentence without it', async () => {
  const paths = await pathsFor('member')
  expect(paths.message(shared, disk, 'disk_missing')).not.toContain('/mnt')
  expect(paths.args(shared, {path: '/mnt', disk: '8:1 ext4 5', server: 'box'}, 'disk_missing')).toEqual({
    server: 'box',
  })
  expect(paths.message(shared, 'It waits for /mnt/nas/a.', 'path_occupied')).toBe(
    'It waits for /downloads/a.',
  )
})
