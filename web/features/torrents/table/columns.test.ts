import {expect, test} from 'vitest'
import {snake} from '#lib/snake-case.ts'
import {fieldDefinitions} from '#model/torrent-fields.ts'
import {text} from '../../../i18n/text.ts'
import type {Cell} from '../../../live/view.ts'
import {columnOf, columns, standardColumns, wireColumnsFor} from './columns.ts'
import type {CellContext} from './cell-text.ts'

const NOW = Date.parse('2026-11-20T07:00:00Z')
const trackers = new Map([['tide.example', {name: 'Tidemark', colour: null, isOneOfSeveral: false}]])
const context: CellContext = {now: NOW, serverName: 'seedbox', trackers}

/** What a column says of such a torrent: figure and unit. */
function said(id: string, cells: Readonly<Record<string, Cell>>): string {
  const {text, unit} = columnOf(id)!.write((name) => cells[name], context)
  return [text, unit]
    .filter((it) => it !== '')
    .join(' ')
    .replaceAll('\u00a0', ' ')
}

for (const [id, cells, words] of [
  ['size', {size: 0}, '–'],
  ['size', {}, '?'],
  ['size', {size: 10_104_000_000}, '9.41 GiB'],
  ['amount_left', {amount_left: 0}, '0 B'],
  ['down_speed', {down_speed: 33_134_000, stale: false}, '31.6 MiB'],
  ['down_speed', {down_speed: 0, stale: false}, '–'],
  ['down_speed', {down_speed: 33_134_000, stale: true}, '–'],
  ['tracker_host', {tracker_host: 'tide.example'}, 'Tidemark'],
  ['tracker_host', {tracker_host: 'other.example'}, 'other.example'],
  ['tracker_host', {tracker_host: ''}, '–'],
  ['tracker_host', {}, '?'],
  ['eta', {eta: 2650, state: 'downloading'}, '44 m'],
  ['eta', {eta: null, state: 'stalledDown'}, '∞'],
  ['eta', {eta: null, state: 'seeding'}, '–'],
  ['eta', {state: 'downloading'}, '?'],
  ['ratio', {ratio: 0}, '0.00'],
  ['ratio', {ratio: 12.62}, '12.6'],
  ['ratio', {}, '?'],
  ['peers', {seeds_connected: 48, peers_connected: 112}, '48 / 112'],
  ['peers', {seeds_connected: 48}, '48 / ?'],
  ['peers', {peers_connected: 2}, '2'],
  ['peers', {}, '?'],
  ['peers', {seeds_connected: 48, peers_connected: 112, stale: true}, '–'],
  ['seeds_swarm', {seeds_swarm: null}, '–'],
  ['server', {}, 'seedbox'],
  ['category', {category: ''}, '–'],
  ['arr_item', {arr_item: 'Harbour of Glass (2021)', arr_name: 'Radarr'}, 'Harbour of Glass (2021) Radarr'],
  ['arr_item', {arr_name: 'Radarr'}, 'Radarr'],
  ['arr_item', {arr_name: null}, '–'],
  ['tags', {tags: []}, '–'],
  ['tags', {tags: ['keep', 'season']}, 'keep, season'],
  ['added_at', {added_at: NOW - 14 * 60_000}, '14 m'],
  ['completed_at', {completed_at: null}, '–'],
  ['completed_at', {}, '?'],
  ['removable_at', {removable_at: NOW + 5.5 * 3_600_000}, '5 h'],
  ['removable_at', {removable_at: NOW + 14.5 * 60_000}, '14 m'],
  ['removable_at', {removable_at: NOW + 8 * 86_400_000}, '28 Nov'],
  ['removable_at', {removable_at: NOW + 60 * 86_400_000}, '19 Jan 2027'],
  ['removable_at', {removable_at: NOW - 1}, 'now'],
  ['import_status', {import_status: 'rejected'}, 'rejected'],
  ['import_status', {import_status: 'none'}, '–'],
  ['import_status', {}, '?'],
  ['removable_at', {removable_at: null}, '–'],
  ['removable_at', {}, '?'],
  ['removable_at', {removable_at: NOW + 8 * 86_400_000, stale: true}, '?'],
  ['next_announce_at', {next_announce_at: NOW + 90_000}, '1 m'],
  ['down_limit', {down_limit: null}, 'none'],
  ['down_limit', {}, '?'],
  ['ratio_limit', {ratio_limit: 'inherit'}, 'server default'],
  ['ratio_limit', {ratio_limit: null}, 'none'],
  ['ratio_limit', {ratio_limit: 2}, '2.00'],
  ['is_private', {is_private: false}, 'no'],
  ['is_private', {}, '?'],
  ['super_seeding', {super_seeding: null}, '–'],
  ['priority', {priority: 'high'}, 'high'],
  ['copies', {copies: 1}, '–'],
  ['copies', {copies: 3}, '×3'],
  ['seen_at', {stale: true, seen_at: NOW - 840_000}, '14 m'],
  ['seen_at', {stale: false, seen_at: null}, '–'],
] as const) {
  test(`${id} of ${JSON.stringify(cells)} reads "${words}"`, () => {
    expect(said(id, cells)).toBe(words)
  })
}

test('every column says something of a torrent of which nothing is known', () => {
  for (const {id, write} of columns) {
    expect(write(() => undefined, context).text, id).not.toBe('')
  }
})

test('every field that is shown has its column, behind the one it names', () => {
  const ids = columns.map(({id}) => id)
  for (const [field, {column}] of fieldDefinitions) {
    if (column === undefined) continue
    expect(ids).toContain(snake(field))
    if (column.after !== undefined)
      expect(ids.indexOf(snake(field))).toBeGreaterThan(ids.indexOf(column.after))
  }
})

test('names of columns are there once, and the usual ones are among them', () => {
  expect(new Set(columns.map(({id}) => id)).size).toBe(columns.length)
  expect(standardColumns.filter((id) => columnOf(id) === null)).toEqual([])
})

test('what every row needs is asked for once, whatever is shown', () => {
  const asked = wireColumnsFor([columnOf('size')!, columnOf('peers')!])
  expect(asked).toContain('pending')
  expect(asked).toContain('seeds_swarm')
  expect(asked.filter((it) => it === 'size').length).toBe(1)
})

test('at its usual width every column has room for its title', () => {
  // Both paddings, and the least that a letter of a head takes on average.
  const roomFor = (title: string) => 16 + 4.7 * title.length
  const cut = columns.filter(({title, width}) => width < roomFor(text(title)))
  expect(cut.map(({id}) => id)).toEqual([])
})
