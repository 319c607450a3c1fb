import {beforeAll, expect, test} from 'vitest'
import {english, speakEnglish} from '../../../i18n/english.fixture.ts'
import {alsoCalled, text, topicsOf, type TextKey} from '../../../i18n/text.ts'
import {matchScore} from '../../../lib/match-words.ts'
import {matching, named, namesOne, nearest, readPaletteText, stateAsked, whyAsked} from './palette-entries.ts'

beforeAll(speakEnglish)

test.each([
  ['ubuntu', 'all', 'ubuntu'],
  ['> stop ', 'commands', 'stop'],
  ['@seed', 'servers', 'seed'],
  ['#', 'labels', ''],
])('%s looks for %s with the words %j', (typed, kind, words) => {
  expect(readPaletteText(typed)).toEqual({kind, words})
})

test('every word must be there, in any order and case', () => {
  expect(matchScore('Stop torrents', 'TORR st')).toBeGreaterThan(0)
  expect(matchScore('Stop torrents', 'stop servers')).toBe(0)
})

test('of many servers those are meant that the words name, in part', () => {
  const servers = ['seedbox', 'attic', 'Loft 2']
  const meant = (words: string) => servers.filter(namesOne(words, String))
  expect(meant('pause seed')).toEqual(['seedbox'])
  expect(meant('ATTIC loft')).toEqual(['attic', 'Loft 2'])
  expect(meant('pause')).toEqual([])
  expect(meant('')).toEqual([])
})

test('what begins with the words comes first, otherwise the order stays', () => {
  const all = ['Restart', 'Start torrents', 'Stop torrents', 'Start server']
  expect(matching(all, 'start', String)).toEqual(['Start torrents', 'Start server', 'Restart'])
  expect(matching(all, '', String)).toEqual(all)
})

const labels = Object.keys(english)
  .filter((key) => key.startsWith('also.'))
  .map((key) => key.slice('also.'.length) as TextKey)

const found = (words: string) => named(labels, words, (label) => text(label), alsoCalled, topicsOf)

test('what has other names is there under its own', () => {
  // A key of config.toml is its own name.
  const named = labels.filter((label) => !label.startsWith('setting.key.'))
  expect(named.filter((label) => text(label) === label)).toEqual([])
})

test.each([
  // qBittorrent
  ['pause', 'action.stop'],
  ['resume', 'action.start'],
  ['Force recheck', 'action.recheck'],
  ['force reannounce', 'action.reannounce'],
  ['set location', 'action.location'],
  ['automatic torrent management', 'action.auto-managed'],
  ['limit upload rate', 'action.limits'],
  ['sequential', 'action.sequential'],
  ['options', 'nav.settings'],
  // Transmission
  ['verify local data', 'action.recheck'],
  ['ask tracker for more peers', 'action.reannounce'],
  ['trash data', 'action.delete'],
  ['preferences', 'nav.settings'],
  // Deluge
  ['move download folder', 'action.location'],
  ['connection manager', 'nav.servers'],
  ['update tracker', 'action.reannounce'],
  // rTorrent and ruTorrent
  ['erase', 'action.delete'],
  ['ratio group', 'action.limits'],
  ['new label', 'action.category'],
  ['get .torrent', 'action.export'],
  // Sonarr
  ['history', 'nav.activity'],
  ['download clients', 'nav.servers'],
  ['recycling bin', 'nav.trash'],
  ['system', 'nav.system'],
  ['rss sync', 'arr.do.rss_sync'],
  // Anybody
  ['logs', 'nav.activity'],
  ['recheck', 'action.recheck'],
  ['orphaned files', 'nav.orphans'],
  ['free space', 'nav.disk-space'],
  ['dashboard', 'nav.overview'],
  ['alerts', 'attention.title'],
  ['media', 'nav.library'],
  ['journal', 'nav.activity'],
  ['people', 'nav.users'],
  ['workers', 'nav.system'],
] as const)('%s finds %s', (words, label) => {
  const isItsName = matchScore(text(label), words) > 0
  const one = found(words).find((it) => it.one === label)
  expect(one).toEqual({one: label, also: isItsName ? null : expect.any(String)})
})

test.each([
  ['api key', 'nav.account'],
  ['blocklist', 'nav.activity'],
  ['radarr', 'nav.arrs', 'nav.library'],
] as const)('%s is on a page that is not called so, and nothing says it were', (words, ...labels) => {
  const pages = found(words).filter(({one}) => one.startsWith('nav.'))
  expect(pages.map(({one}) => one).toSorted()).toEqual(labels.toSorted())
  expect(pages.filter(({also}) => also !== null)).toEqual([])
})

test('by its own name it is found first, and by another one that name is said', () => {
  const all = ['Stop', 'Pause the rules']
  const others = (one: string) => (one === 'Stop' ? ['pause', 'hold'] : [])
  const none = () => []
  expect(named(all, 'pause', String, others, none)).toEqual([
    {one: 'Pause the rules', also: null},
    {one: 'Stop', also: 'pause'},
  ])
  expect(named(['Stop torrents'], 'pause torrents', String, () => ['pause'], none)).toEqual([
    {one: 'Stop torrents', also: 'pause'},
  ])
  expect(named(all, 'hold fast', String, others, none)).toEqual([])
  expect(named(['Servers'], 'free space', String, none, () => ['free space'])).toEqual([
    {one: 'Servers', also: null},
  ])
})

test.each([
  ['recehck', 'action.recheck'],
  ['orpahned', 'nav.orphans'],
  ['setings', 'nav.settings'],
  ['pasue', 'action.stop'],
] as const)('%s matches nothing, and %s is among the three nearest', (words, label) => {
  expect(found(words)).toEqual([])
  const three = nearest(labels, words, 3, (key) => text(key), alsoCalled, topicsOf)
  expect(three.length).toBeLessThanOrEqual(3)
  expect(three.map(({one}) => one)).toContain(label)
})

test('what is near to nothing has no nearest, and what is not its own name is said', () => {
  const others = (one: string) => (one === 'Stop' ? ['pause'] : [])
  const none = () => []
  expect(nearest(['Stop', 'Start'], 'pasue', 3, String, others, none)).toEqual([{one: 'Stop', also: 'pause'}])
  expect(nearest(['Stop', 'Start'], 'xylophone', 3, String, others, none)).toEqual([])
  expect(nearest(['Stop'], '', 3, String, others, none)).toEqual([])
})

test('the page that is called so comes before the pages that are about it', () => {
  const pages = found('settings').map(({one}) => one)
  expect(pages[0]).toBe('nav.settings')
  expect(pages).toEqual(expect.arrayContaining(['nav.account', 'nav.servers', 'nav.users', 'nav.system']))
})

test.each([
  ['why', ''],
  ['Why is Ubuntu 24.04 stalled?', 'ubuntu 24.04'],
  ['why ubuntu', 'ubuntu'],
  ['why is hollow hill still not here', 'hollow hill'],
  ['why is stalled.mkv stalled', 'stalled.mkv'],
  // No name: of which state.
  ['why is stalled', 'state:stalled'],
  ['why paused', 'state:stopped'],
  ['whyte', null],
  ['the why', null],
] as const)('"%s" asks about %j', (words, asked) => {
  expect(whyAsked(words)).toBe(asked)
})

test.each([
  ['stalledDown', 'Why is X stalled?'],
  ['stalledUp', 'Why is X idle?'],
  ['queuedUp', 'Why is X queued?'],
  ['missingFiles', 'Why is X as it is?'],
] as const)('of a torrent that is %s it is asked: %s', (state, question) => {
  expect(text(stateAsked(state), {name: 'X'})).toBe(question)
})

test('the question about space is found by what people call it', () => {
  for (const words of ['free space', 'disk full', 'space']) {
    expect(named(['palette.space'] as const, words, text, alsoCalled, () => [])).toHaveLength(1)
  }
})
