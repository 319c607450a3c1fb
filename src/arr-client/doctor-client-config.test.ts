import {expect, test} from 'vitest'
import {asDownloadId, type ArrClientSettings, type ArrStatus, type QueueRow} from '#model/arr.ts'
import type {ClientPlace, OtherArr, PlacedServer} from '#model/arr-service.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {ArrSetup} from './discover.ts'
import {besideFindings, type Beside} from './doctor-client-config.ts'

const box: PlacedServer = {id: asServerId('box'), name: 'Box', paths: [{server: '/data', ours: '/mnt/data'}]}
const onBox: ClientPlace = {url: 'http://box:8080', server: box}
const client: ArrClientSettings = {
  id: 1,
  name: 'qbit',
  implementation: 'QBittorrent',
  kind: 'qbittorrent',
  enabled: true,
  host: 'box',
  port: 8080,
  tls: false,
  urlBase: '',
  username: null,
  password: null,
  apiKey: null,
  masked: [],
  categories: ['films'],
  category: 'films',
  importedCategory: '',
  directory: '',
  addsStopped: false,
  removesCompleted: false,
  removesFailed: false,
  tags: [],
}
const tv: OtherArr = {name: 'Sonarr', category: 'tv', clients: []}
const beside: Beside = {
  category: 'films',
  others: [tv],
  passages: [{name: 'FailedCategory', category: 'failed'}],
  placeOf: () => onBox,
  sharesFiles: false,
  contentOf: () => null,
  oursOf: (path, paths) => paths.find(({server}) => server === path)?.ours ?? null,
}

/** Of an Arr with these clients. */
function evaluated(
  clients: readonly Partial<ArrClientSettings>[],
  change: Partial<Beside> = {},
  mappings: ArrSetup['mappings'] = [],
  rows: readonly Partial<QueueRow>[] = [],
) {
  const all = clients.map((it, at) => ({...client, id: at + 1, ...it}))
  const status = {app: 'Radarr', name: ''} as ArrStatus
  const setup = {
    clients: all,
    mappings,
    queue: rows as readonly QueueRow[],
    status,
  } as Partial<ArrSetup> as ArrSetup
  return besideFindings(setup, {...beside, ...change})
}

test('an Arr that is set up as we are has no findings', () => {
  const mappings = [{host: 'BOX', remotePath: '/data', localPath: '/data'}]
  expect(evaluated([{}], {}, mappings)).toEqual([])
})

test('another category than the section has is found, and changed on request', () => {
  expect(evaluated([{category: 'movies'}])).toEqual([
    {
      code: 'category_not_ours',
      severity: 'warning',
      about: 'qbit',
      sentence:
        'It puts torrents into movies; here its category is films. Torrents that its queue or its history names are managed there as well; other torrents there are not.',
      fix: {what: 'client', id: 1, name: 'qbit', change: {category: 'films'}},
    },
  ])
})

for (const [what, clients, change] of [
  ['no category at all, which the doctor tells', [{category: ''}], {}],
  ['one below ours, which may be ours', [{category: 'films/uhd'}], {}],
  ['a client that is switched off', [{category: 'movies', enabled: false}], {}],
  ['the small letters of Deluge', [{category: 'films', kind: 'deluge'}], {category: 'Films'}],
  ['an Arr whose section has no category', [{category: 'movies'}], {category: ''}],
] as const) {
  test(`${what} is no other category`, () => {
    expect(evaluated(clients, change)).toEqual([])
  })
}

test('a second client of one server with a category of its own is a notice, without a fix', () => {
  expect(evaluated([{}, {name: 'uhd', category: 'films-uhd'}])).toMatchObject([
    {code: 'category_not_ours', severity: 'notice', about: 'uhd', fix: null},
  ])
})

test('nothing is changed where our category is the one after the import, or another client has it', () => {
  const other = {...tv, clients: [{categories: ['films'], place: {url: null, server: 'unknown'}}]} as const
  expect(evaluated([{category: 'movies', importedCategory: 'films'}])).toMatchObject([{fix: null}])
  expect(evaluated([{category: 'movies'}], {others: [other]})).toMatchObject([{fix: null}])
  expect(evaluated([{category: 'movies'}], {others: [{...tv, category: 'films'}]})).toMatchObject([
    {fix: null},
  ])
})

test('the category of another Arr is an error, before and after the import', () => {
  expect(evaluated([{category: 'tv'}])).toMatchObject([
    {
      code: 'category_of_another',
      severity: 'error',
      about: 'qbit',
      sentence: expect.stringContaining('into tv, which is the category of Sonarr here; expected: films'),
      fix: {what: 'client', id: 1, change: {category: 'films'}},
    },
  ])
  expect(evaluated([{importedCategory: 'tv'}])).toMatchObject([{code: 'category_of_another', fix: null}])
})

test('a category for failures that the Arr uses itself is an error, before and after the import', () => {
  for (const change of [{importedCategory: 'Failed'}, {category: 'failed'}]) {
    expect(evaluated([change]).filter(({severity}) => severity === 'error')).toMatchObject([
      {
        code: 'category_of_another',
        about: 'qbit',
        sentence: expect.stringContaining('which is FailedCategory here'),
        fix: null,
      },
    ])
  }
})

for (const [where, place, found] of [
  ['on the same server', onBox, ['category_shared']],
  ['on another server', {url: 'http://nas:8080', server: {...box, id: asServerId('nas')}}, []],
  ['nobody can say where', {url: 'http://nas:8080', server: 'unknown'}, []],
] as const) {
  test(`our category, used by another Arr ${where}: ${found.length > 0 ? 'an error' : 'nothing'}`, () => {
    const other: OtherArr = {...tv, clients: [{categories: ['tv', 'films'], place}]}
    const findings = evaluated([{}], {others: [other]})
    expect(findings.map(({code, severity, fix}) => [code, severity, fix])).toEqual(
      found.map((code) => [code, 'error', null]),
    )
  })
}

test('an Arr that did not answer shares nothing that is known', () => {
  expect(evaluated([{}], {others: [{...tv, clients: null}]})).toEqual([])
})

test('a server that is certainly not here is named with its address, one that may be here is not', () => {
  const at = (server: ClientPlace['server']) => ({placeOf: () => ({url: 'http://192.168.1.9:8080', server})})
  expect(evaluated([{}], at('unknown'))).toEqual([])
  expect(evaluated([{}], at('absent'))).toMatchObject([
    {
      code: 'server_not_here',
      severity: 'warning',
      about: 'qbit',
      fix: null,
      sentence: expect.stringContaining(
        'QBittorrent at http://192.168.1.9:8080, which is none of the servers',
      ),
    },
  ])
  expect(evaluated([{kind: null, implementation: 'UTorrent'}], at('absent'))).toMatchObject([
    {sentence: expect.stringContaining('UTorrent, which Commodarr does not support')},
  ])
})

test('a mapping of the other way of writing paths contradicts ours', () => {
  const mappings = [{host: 'box', remotePath: 'D:\\data', localPath: '/data'}]
  expect(evaluated([{}], {}, mappings)).toMatchObject([
    {
      code: 'mapping_contradicts',
      severity: 'warning',
      about: 'D:\\data',
      fix: null,
      sentence: expect.stringContaining('Box writes paths such as D:\\data; the mapping here says /data'),
    },
  ])
})

test('where both see the same files, a folder that we have elsewhere contradicts ours', () => {
  const mapped = (localPath: string) => [{host: 'box', remotePath: '/data', localPath}]
  const same = {sharesFiles: true}
  expect(evaluated([{}], same, mapped('/mnt/data/'))).toEqual([])
  expect(evaluated([{}], same, mapped('/srv'))).toMatchObject([
    {sentence: expect.stringContaining('finds /data of Box at /srv; here it is mapped to /mnt/data')},
  ])
  expect(evaluated([{}], {sharesFiles: false}, mapped('/srv'))).toEqual([])
})

test('of two servers on one host it is unknown whose folder a mapping means, nor without a mapping here', () => {
  const mappings = [{host: 'box', remotePath: 'D:\\data', localPath: '/srv'}]
  expect(evaluated([{}, {port: 8081}], {}, mappings)).toEqual([])
  const bare: ClientPlace = {...onBox, server: {...box, paths: []}}
  expect(evaluated([{}], {placeOf: () => bare}, mappings)).toEqual([])
})

const film = {
  client: 'qbit',
  title: 'Some.Film.2020',
  downloadId: asDownloadId('a'),
  state: 'importPending',
  outputPath: '/data/elsewhere/Some.Film.2020',
  messages: [
    {
      title: 'Some.Film.2020',
      messages: ['No files found are eligible for import in /data/elsewhere/Some.Film.2020'],
    },
  ],
} as const satisfies Partial<QueueRow>
const wrongly = [{host: 'BOX', remotePath: '/data/qb', localPath: '/data/elsewhere'}]
const heldAt = (path: string | null) => ({contentOf: () => path})

test('an Arr that looks for a download elsewhere than its server has it is reported with the mapping to correct', () => {
  const found = evaluated([{}], heldAt('/data/qb/Some.Film.2020'), wrongly, [film, {...film, title: 'Other'}])
  expect(found.map(({code, severity, about}) => [code, severity, about])).toEqual([
    ['import_path_wrong', 'error', '/data/qb'],
  ])
  expect(found[0]!.sentence).toMatch(
    /^Radarr finds no files of Other in \/data\/elsewhere\/Some\.Film\.2020; Box has it at \/data\/qb\/Some\.Film\.2020\. .* BOX turns \/data\/qb into \/data\/elsewhere: set the local path/,
  )
})

test('where no mapping holds the path of the server the one to add is named', () => {
  const found = evaluated([{}], heldAt('/torrents/Some.Film.2020'), wrongly, [film])
  expect(found).toMatchObject([{code: 'import_path_wrong', about: '/data/elsewhere/Some.Film.2020'}])
  expect(found[0]!.sentence).toContain('No remote path mapping for box holds that path: add one')
})

for (const [what, content, rows] of [
  ['the very path of the server', '/data/elsewhere/Some.Film.2020', [film]],
  ['a file of the folder of the server', '/data/elsewhere', [film]],
  ['nothing that anybody knows of', null, [film]],
  [
    'a folder in which it read files of another download',
    '/data/qb/Some.Film.2020',
    [
      film,
      {
        ...film,
        downloadId: asDownloadId('b'),
        outputPath: '/data/elsewhere/B',
        messages: [{title: 'B', messages: ['Sample']}],
      },
    ],
  ],
  [
    'a folder from which it imports another download',
    '/data/qb/Some.Film.2020',
    [film, {...film, outputPath: '/data/elsewhere/B', state: 'importing', messages: []}],
  ],
  ['a folder of another client', '/data/qb/Some.Film.2020', [{...film, client: 'other'}]],
  [
    'a folder for another reason',
    '/data/qb/Some.Film.2020',
    [{...film, messages: [{title: 'A', messages: ['Sample']}]}],
  ],
] as const) {
  test(`an Arr that looks in ${what} is no finding`, () => {
    expect(evaluated([{}], heldAt(content), wrongly, rows)).toEqual([])
  })
}
