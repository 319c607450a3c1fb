import {expect, test} from 'vitest'
import type {ArrHealthItem} from '#model/arr.ts'
import {checksOf, concerns} from './arr-health.ts'

const item = (source: string, message: string, level: ArrHealthItem['level'] = 'error'): ArrHealthItem => ({
  source,
  message,
  level,
  wikiUrl: '',
})
const clients = ['seedbox', 'seedbox 2', 'SABnzbd']
const checkOf = (it: ArrHealthItem) => checksOf([it], clients)[0]!

for (const [message, named] of [
  ['Unable to communicate with seedbox.', ['seedbox']],
  ['Unable to communicate with seedbox 2.', ['seedbox 2']],
  ['Download clients unavailable due to failures: SABnzbd, seedbox', ['SABnzbd', 'seedbox']],
  ['Der Download-Client SABnzbd legt Dateien in /x ab, das es nicht gibt.', ['SABnzbd']],
] as const) {
  test(`S42 “${message}” is about ${named.join(' and ')}, and holds back nothing of others`, () => {
    const check = checkOf(item('DownloadClientCheck', message))
    expect(check).toMatchObject({
      holds: 'removals',
      about: {clients: expect.toSatisfy((it) => it.length === named.length)},
    })
    for (const client of clients) {
      expect(concerns(check, {client, files: undefined})).toBe(named.some((name) => name === client))
    }
    // Whoever is not known may be meant, and who was called otherwise when it grabbed something.
    expect(concerns(check, {client: undefined, files: undefined})).toBe(true)
    expect(concerns(check, {client: 'its former name', files: undefined})).toBe(true)
  })
}

test('S42 a check that names no client is about all of them, and so it is while none is known', () => {
  const about = 'All download clients are unavailable due to failures'
  expect(checkOf(item('DownloadClientStatusCheck', about))).not.toHaveProperty('about')
  const [unknown] = checksOf([item('DownloadClientCheck', 'Unable to communicate with seedbox.')])
  expect(concerns(unknown!, {client: 'SABnzbd', files: undefined})).toBe(true)
})

for (const [message, folders] of [
  ['Missing root folder: /movies', ['/movies']],
  ['Multiple root folders are missing: /movies | /films: old', ['/movies', '/films: old']],
  ['Fehlender Stammordner: D:\\Filme', ['D:\\Filme']],
  ['Mount containing a movie path is mounted read-only: /movies', ['/movies']],
  ['Something is missing', []],
] as const) {
  test(`S51 “${message}” is about ${folders.join(' and ') || 'all of the library'}`, () => {
    const check = checkOf(item('RootFolderCheck', message))
    expect(check).toMatchObject({holds: 'removals', about: {folders}})
    const of = (file: string) => concerns(check, {client: 'seedbox', files: [file]})
    expect(
      of(`${folders[0] ?? '/movies'}/a/a.mkv`.replaceAll('/', folders[0]?.includes('\\') ? '\\' : '/')),
    ).toBe(true)
    expect(of('/series/a/a.mkv')).toBe(folders.length === 0)
    expect(concerns(check, {client: 'seedbox', files: undefined})).toBe(true)
  })
}

test('what only warns holds nothing back, and what is well is not reported', () => {
  expect(checkOf(item('RootFolderCheck', 'x', 'warning')).holds).toBeNull()
  expect(checksOf([item('RootFolderCheck', 'x', 'ok')], clients)).toEqual([])
})
