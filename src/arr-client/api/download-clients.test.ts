import {expect, test} from 'vitest'
import {clientsOfArr} from './download-clients.ts'

/** As an Arr tells of a client with these settings. */
function reported(implementation: string, fields: Readonly<Record<string, unknown>>) {
  const list = Object.entries(fields).map(([name, value]) => ({name, value}))
  const row = {id: 1, protocol: 'torrent', enable: true, name: 'box', implementation, fields: list}
  return clientsOfArr.parse([row]).torrent[0]!
}

test('S42 those for usenet have a name, too, as health checks name them', () => {
  const rows = (['torrent', 'usenet'] as const).map((protocol, at) => ({
    id: at + 1,
    protocol,
    name: protocol,
    implementation: 'x',
    fields: [],
  }))
  const {torrent, names} = clientsOfArr.parse(rows)
  expect([torrent.map(({name}) => name), names]).toEqual([['torrent'], ['torrent', 'usenet']])
})

for (const [what, implementation, fields, seen] of [
  [
    'category and the one after the import',
    'QBittorrent',
    {movieCategory: 'films', movieImportedCategory: 'done'},
    {category: 'films', importedCategory: 'done', categories: ['films', 'done']},
  ],
  [
    'the category after the import alone, which is none before it',
    'QBittorrent',
    {tvImportedCategory: 'done', tvCategory: ''},
    {category: '', importedCategory: 'done'},
  ],
  ['a folder', 'Transmission', {movieDirectory: '/films'}, {category: '', directory: '/films'}],
  ['qBittorrent that starts them', 'QBittorrent', {initialState: 0}, {addsStopped: false}],
  ['qBittorrent that forces them', 'QBittorrent', {initialState: 1}, {addsStopped: false}],
  ['qBittorrent that stops them', 'QBittorrent', {initialState: 2}, {addsStopped: true}],
  ['Transmission that adds them paused', 'Transmission', {addPaused: true}, {addsStopped: true}],
  ['rTorrent that adds them stopped', 'RTorrent', {addStopped: true}, {addsStopped: true}],
  ['Deluge that starts them', 'Deluge', {addPaused: false}, {addsStopped: false}],
] as const) {
  test(`${what} is read`, () => {
    expect(reported(implementation, fields)).toMatchObject(seen)
  })
}
