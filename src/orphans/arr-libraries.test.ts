import {expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import {plainReach} from '#model/server.ts'
import {arrLibraries, type LibraryDeps} from './arr-libraries.ts'

const mappings = () => [{server: '/data', ours: '/mnt/data'}]

function partsFor(
  folders: Readonly<Record<string, readonly string[] | Error>>,
  enabled = true,
  waiting: readonly string[] | null = [],
) {
  const names = Object.keys(folders)
  return {
    mappings,
    awaited: () => waiting,
    arrs: {
      cards: () => names.map((name) => ({id: name, name, enabled})),
      former: (id: string) => ({
        config: {URI: id === 'keyless' ? null : `http://${id}`, APIKey: 'key', SkipTLSVerify: false},
      }),
      reachOf: () => plainReach.anywhere,
      unread: () => [],
    },
    ownFolders: async ({url}: {url: string}) => {
      const told = folders[new URL(url).hostname]!
      if (told instanceof Error) throw told
      return told
    },
  } as unknown as LibraryDeps
}

test('libraries are known as the Arr writes them, and as its servers show them; switched-off Arrs have theirs, too', async () => {
  expect(await arrLibraries(partsFor({radarr: ['/data/media/films'], sonarr: ['/series']}, false))).toEqual({
    paths: ['/data/media/films', '/mnt/data/media/films', '/series'],
  })
})

test.each([
  ['radarr', new CommodarrError('server_unreachable', 'No answer.'), 'radarr does not say'],
  ['keyless', [], 'The address or the key of keyless'],
])('of %s that can not be asked nobody knows where its library is', async (name, told, why) => {
  expect(await arrLibraries(partsFor({[name]: told}))).toEqual({why: expect.stringContaining(why)})
})

test('of one whose row cannot be read nobody knows where its library is, also beside others that say so', async () => {
  const parts = partsFor({radarr: ['/data/media']})
  const unread = () => [{id: asArrId('a_1'), ownerId: null, sharing: [], category: ''}]
  const why = expect.stringContaining('The settings of the Arr a_1 cannot be read')
  expect(await arrLibraries({...parts, arrs: {...parts.arrs, unread}})).toEqual({why})
})

test('what an Arr that is on waits for is its own, whoever downloaded it; until it told that, nothing is known', async () => {
  const waiting = ['/data/usenet/Some.Film']
  const paths = ['/data/media', '/mnt/data/media', '/data/usenet/Some.Film', '/mnt/data/usenet/Some.Film']
  expect(await arrLibraries(partsFor({radarr: ['/data/media']}, true, waiting))).toEqual({paths})
  expect(await arrLibraries(partsFor({radarr: ['/data/media']}, true, null))).toEqual({
    why: expect.stringContaining('radarr has not reported yet'),
  })
  expect(await arrLibraries(partsFor({radarr: []}, false, null))).toEqual({paths: []})
})

test('a mistake of ours is not taken for an Arr that is away', async () => {
  await expect(arrLibraries(partsFor({radarr: new TypeError('ours')}))).rejects.toThrow('ours')
})
