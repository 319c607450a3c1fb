import {readdirSync, readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {fields} from '#search-query/fields.ts'
import {fieldDefinitions, placed} from './torrent-fields.ts'

const root = new URL('../../', import.meta.url)

/** Files of the program, by their path. */
const sources = ['src', 'web'].flatMap((folder) =>
  readdirSync(new URL(folder, root), {recursive: true, encoding: 'utf8'})
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|fixture|conformance)\.tsx?$/.test(path)),
)
const texts = sources.map((path) => [path, readFileSync(new URL(path, root), 'utf8')] as const)

/**
 * Who has to be looked at when such a field is added: its entry, its label, and clients and pages with a use for it; where
 * rules ask it, its fact with its source.
 */
for (const [field, words, files] of [
  [
    'a moment that two kinds of servers tell',
    /seenCompleteAt|seen_complete_at/,
    [
      'src/automation/manager/torrent-facts.ts',
      'src/clients/deluge/normalise.ts',
      'src/clients/qbittorrent/fields.ts',
      'src/model/fact.ts',
      'src/model/torrent-fields.ts',
      'src/search-query/rule-fields.ts',
      'web/features/details/general/OverviewTab.tsx',
      'web/i18n/en/torrents.ts',
    ],
  ],
  [
    'a figure that one kind tells and that is computed for the others',
    /popularity/i,
    [
      'src/automation/manager/torrent-facts.ts',
      'src/clients/qbittorrent/fields.ts',
      'src/clients/rtorrent/normalise.ts',
      'src/fleet/apply.ts',
      'src/model/fact.ts',
      'src/model/torrent-fields.ts',
      'src/model/torrent.ts',
      'web/i18n/en/torrents.ts',
    ],
  ],
] as const) {
  test(`${field} stands in ${files.length} files of the program`, () => {
    const found = texts.filter(([, text]) => words.test(text)).map(([path]) => path)
    expect(found.toSorted()).toEqual(files)
  })
}

test('what stands behind another one comes after it, and what stands behind that one too', () => {
  const items = [{id: 'a'}, {id: 'b', after: 'd'}, {id: 'c'}, {id: 'd', after: 'a'}, {id: 'e', after: 'd'}]
  expect(placed(items, ({id}) => id).map(({id}) => id)).toEqual(['a', 'd', 'b', 'e', 'c'])
})

test('every field that has a name for the search is offered', () => {
  const offered = new Set(fields.map(({name}) => name))
  const named = fieldDefinitions.flatMap(([, {search}]) => search?.name ?? [])
  expect(named.filter((it) => !offered.has(it))).toEqual([])
})
