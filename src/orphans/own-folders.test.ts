import {expect, test} from 'vitest'
import {ServerFault} from '#model/errors.ts'
import {asServerId} from '#model/torrent-key.ts'
import {OwnFolders} from './own-folders.ts'

const A = asServerId('A')

test.each([
  [
    'qbittorrent',
    {temp_path: '/t', export_dir: '/e', export_dir_fin: '', scan_dirs: {'/w': 0, '/v': '/to'}},
    ['/t', '/e', '/w', '/v'],
  ],
  ['transmission', {incomplete_dir: '/i', watch_dir: '/w', download_dir: '/d'}, ['/i', '/w']],
  ['deluge', {torrentfiles_location: '/t', download_location: '/d'}, ['/t']],
  ['rtorrent', {'session.path': '/s', 'directory.default': '/d'}, ['/s']],
] as const)('folders of its own of %s', async (kind, settings, folders) => {
  const own = new OwnFolders({settingsNow: async () => settings})
  expect(await own.of({id: A, kind, enabled: true})).toEqual(folders)
})

test('of one that is away they are not known; of one that is switched off they are as they were', async () => {
  let fault: ServerFault | null = null
  const own = new OwnFolders({
    settingsNow: async () => {
      if (fault) throw fault
      return {watch_dir: '/w'}
    },
  })
  const of = (enabled: boolean) => own.of({id: A, kind: 'transmission', enabled})
  expect(await of(false)).toBeNull()
  expect(await of(true)).toEqual(['/w'])
  fault = new ServerFault('server_unreachable', 'refused', 'Nobody listens.')
  expect(await of(true)).toBeNull()
  expect(await of(false)).toEqual(['/w'])
})
