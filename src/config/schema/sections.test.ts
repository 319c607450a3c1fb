import {expect, test} from 'vitest'
import {clientKinds, serverKinds} from '#clients/kinds/kinds.ts'
import type {LoadedConfig} from '../config.ts'
import {configOf} from '../config-text.fixture.ts'
import {serverKindOf} from './sections.ts'
import {serverShapes} from './schema-servers.ts'

const arr = (header: string) => `${header}\nManaged = true\nURI = "http://host:1"\nAPIKey = "k"\n`
const server = (header: string) => `${header}\nHost = "host"\nPort = 1\n`
const errors = ({findings}: LoadedConfig) => findings.filter(({severity}) => severity === 'error')

test.each([
  ['[Radarr4K]', 'Radarr4K', 'radarr'],
  ['[Sonarr_Anime]', 'Sonarr_Anime', 'sonarr'],
  ['["Sonarr TV"]', 'Sonarr TV', 'sonarr'],
  ['[RADARR]', 'RADARR', 'radarr'],
  ['[lidarr-music]', 'lidarr-music', 'lidarr'],
  ['[ReadarrBooks]', 'ReadarrBooks', 'readarr'],
  ['[Whisparr]', 'Whisparr', 'whisparr'],
  ['["Radarr-4.0"]', 'Radarr-4.0', 'radarr'],
])('%s is an Arr under its own name', async (header, id, app) => {
  const loaded = await configOf(arr(header))
  expect(loaded.config.arrs.map((it) => [it.id, it.app, it.Category])).toEqual([[id, app, id]])
  expect(errors(loaded)).toEqual([])
})

test.each([
  ['[QBit]', 'qBit'],
  ['[QBit-Box]', 'qBit-Box'],
])('%s of the first versions is %s, and its keys know their lines', async (header, id) => {
  const loaded = await configOf(`${header}\nHost = "host"\nPort = "eighty"\n`)
  expect(loaded.config.off).toMatchObject([{section: id, kind: 'qbittorrent'}])
  expect(errors(loaded)).toMatchObject([{path: `${id}.Port`, line: 3}])
  const sound = await configOf(server(header))
  expect(sound.config.servers.map((it) => it.id)).toEqual([id])
  expect(sound.findings.filter(({code}) => code !== 'safe_default')).toMatchObject([
    {code: 'migrated', line: 1},
  ])
})

test('of [QBit] and [qBit] the one of today is read, and the other is an error', async () => {
  const loaded = await configOf(server('[QBit]') + server('[qBit]').replace('host', 'other'))
  expect(loaded.config.servers).toMatchObject([{id: 'qBit', url: 'http://other:1'}])
  expect(loaded.config.off).toMatchObject([{section: 'QBit'}])
  expect(errors(loaded)).toMatchObject([{code: 'section_unread', section: 'QBit', line: 1}])
})

test.each([
  [arr('[Radar-4K]'), 'Radar-4K', 'radarr', '[Radarr-4K]'],
  [arr('[Sonar]'), 'Sonar', 'sonarr', '[Sonarr]'],
  [server('[qbit-Box]'), 'qbit-Box', 'qbittorrent', '[qBit-Box]'],
  [server('[qBit2]'), 'qBit2', 'qbittorrent', '[qBit-2]'],
  [server('[qBittorrent]'), 'qBittorrent', 'qbittorrent', '[qBit]'],
  [server('[TransmisionNAS]'), 'TransmisionNAS', null, 'qBit'],
  [server('[Transmission_NAS]'), 'Transmission_NAS', 'transmission', '[Transmission-NAS]'],
  [server('[Seedbox]'), 'Seedbox', null, 'qBit, Transmission, rTorrent, Deluge'],
  [arr('[Films]'), 'Films', null, 'Radarr, Sonarr'],
  ['[Shows.Torrent]\nStalledDelay = 1\n', 'Shows', null, 'Radarr, Sonarr'],
  ['[[Radarr]]\nURI = "x"\nCategory = "c"\n', 'Radarr', 'radarr', '[Radarr]'],
  ['qBit = "host"\n', 'qBit', 'qbittorrent', '[qBit]'],
  [server('[Deluge_Cellar]'), 'Deluge_Cellar', 'deluge', '[Deluge-Cellar]'],
  [server('[Vuze-Cellar]'), 'Vuze-Cellar', null, 'qBit'],
])(
  'what looks like a server or an Arr and is not read is an error: %j',
  async (text, section, kind, hint) => {
    const loaded = await configOf(text)
    expect(loaded.config.off).toMatchObject([{section, kind}])
    expect(errors(loaded)).toMatchObject([{section}])
    expect(`${errors(loaded)[0]!.message} ${errors(loaded)[0]!.accepted}`).toContain(hint)
  },
)

test.each([
  ['[Overseerr]\nURI = "http://x"\nAPIKey = "k"\n', 'notice'],
  ['[Bazarr]\nURI = "http://x"\nAPIKey = "k"\n', 'notice'],
  ['[Notes]\nmine = 1\n', 'notice'],
  ['[Setings]\nTagless = true\n', 'warning'],
  ['[webui]\nPort = 1\n', 'warning'],
])('another section is kept: %j', async (text, severity) => {
  const loaded = await configOf(text)
  expect(loaded.config.off).toEqual([])
  expect(loaded.findings.filter(({code}) => code === 'unknown_section')).toMatchObject([{severity}])
})

test('an Arr that is not read keeps its category for itself', async () => {
  const loaded = await configOf(`${arr('[Radar]')}Category = "films"\n${arr('[Sonar]')}`)
  expect(loaded.config.off).toMatchObject([{category: 'films'}, {category: 'Sonar'}])
})

test('names that differ in capitals alone stay off, all of them', async () => {
  const loaded = await configOf(
    `${arr('[Radarr-4K]')}${arr('[radarr-4k]').replace('host', 'b')}${server('[qBit-A]')}`,
  )
  expect(loaded.config.arrs).toEqual([])
  expect(loaded.config.off.map(({section}) => section)).toEqual(['Radarr-4K', 'radarr-4k'])
  expect(errors(loaded).map(({code, line}) => [code, line])).toEqual([
    ['same_name', 1],
    ['same_name', 5],
  ])
})

test('a variable reaches an Arr by the name it has in the file', async () => {
  const loaded = await configOf(arr('["Sonarr TV"]') + arr('[Radarr4K]').replace(':1', ':2'), {
    COMMODARR__SONARR_TV__CATEGORY: 'tv',
    COMMODARR__RADARR_4K__CATEGORY: 'uhd',
  })
  expect(loaded.config.arrs.map(({id, Category}) => [id, Category])).toEqual([
    ['Sonarr TV', 'tv'],
    ['Radarr4K', 'uhd'],
  ])
})

test('a variable that two sections could be meant by sets neither, and both are named', async () => {
  const loaded = await configOf(arr('[Radarr-4K]') + arr('[Radarr4K]').replace(':1', ':2'), {
    COMMODARR__RADARR_4K__CATEGORY: 'uhd',
  })
  expect(loaded.config.arrs.map(({Category}) => Category)).toEqual(['Radarr-4K', 'Radarr4K'])
  expect(errors(loaded)).toMatchObject([{variable: 'COMMODARR__RADARR_4K__CATEGORY', code: 'bad_value'}])
  expect(errors(loaded)[0]!.message).toContain('[Radarr-4K], [Radarr4K]')
})

test('every kind of server has a section, a shape and a client, and there are no others', () => {
  expect(Object.keys(serverShapes)).toEqual([...serverKinds])
  for (const kind of serverKinds) expect(serverKindOf(`${clientKinds[kind].section.prefix}-x`)).toBe(kind)
})
