import {expect, test} from 'vitest'
import {item} from '#arr-client/api/items.ts'
import {asDownloadId, type HistoryRow, type LibraryItem, type QueueRow} from '#model/arr.ts'
import {chainLinks, type ItemOfArr} from '#model/item-chain.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {verdictTexts} from '#model/verdict-texts.ts'
import {sentenceOfPhrase} from '#rules/verdict-sentence.ts'
import {itemChain, type ChainWorld, type ItemTorrent} from './item-chain.ts'

/** 3 March 2026, 07:11 UTC. */
const NOW = Date.UTC(2026, 2, 3, 7, 11)
const MINUTE = 60_000
const DAY = 86_400_000
const download = asDownloadId('AB'.repeat(20))!

const film = (more: Partial<LibraryItem> = {}) =>
  item({
    kind: 'movie',
    id: 17,
    title: 'Copper Wolves',
    year: 2023,
    monitored: true,
    hasFile: false,
    available: true,
    addedAt: NOW - 90 * DAY,
    releasedAt: NOW - 400 * DAY,
    ...more,
  })

const row = (more: Partial<QueueRow> = {}): QueueRow => ({
  id: 1,
  downloadId: download,
  media: [{kind: 'movie', id: 17, parentId: null}],
  title: 'Copper.Wolves.2023.1080p.BluRay.x264-FARSHORE',
  quality: 'Bluray-1080p',
  qualityModel: null,
  score: 0,
  size: 10,
  sizeLeft: 5,
  status: 'downloading',
  state: 'downloading',
  trouble: 'ok',
  messages: [],
  errorMessage: '',
  protocol: 'torrent',
  client: 'nas',
  indexer: 'harbour.example',
  outputPath: '',
  addedAt: NOW - 37 * MINUTE,
  doneAt: null,
  hasPostImportCategory: false,
  ...more,
})

const event = (what: HistoryRow['event'], ago: number, more: Partial<HistoryRow> = {}): HistoryRow => ({
  id: Math.round(1e6 - ago / MINUTE),
  at: NOW - ago,
  event: what,
  downloadId: download,
  media: {kind: 'movie', id: 17, parentId: null},
  title: 'Copper.Wolves.2023.1080p.BluRay.x264-FARSHORE',
  fileId: null,
  droppedPath: '',
  importedPath: '',
  interactive: false,
  torrentHash: download,
  client: 'nas',
  indexer: what === 'grabbed' ? 'harbour.example' : '',
  reason: '',
  ...more,
})

const grab = event('grabbed', 37 * MINUTE)

const torrent = (more: Partial<ItemTorrent> = {}): ItemTorrent => ({
  key: {serverId: asServerId('nas'), hash: asInfoHash('ab'.repeat(20))!},
  server: 'nas',
  awaySince: null,
  state: 'downloading',
  progress: 0.374,
  complete: false,
  message: '',
  ...more,
})

interface Situation {
  readonly sentence: string
  /** Beside the film, monitored, out, not there: what is known of it. */
  readonly known?: Partial<ItemOfArr>
  readonly of?: Partial<LibraryItem>
  readonly rows?: readonly QueueRow[]
  readonly past?: readonly HistoryRow[]
  readonly torrents?: readonly ItemTorrent[]
  readonly searchedByUs?: number | null
  readonly follows?: string
  /** From wanted to imported: + yes, - no, > now, . later, ? could not be checked. */
  readonly chain: string
}

const unread = {unread: 'Radarr refused the API key.'}

const situations: readonly Situation[] = [
  {
    sentence: 'Can’t be decided: Radarr could not be asked.',
    follows: 'Radarr refused the API key.',
    known: {item: unread, parent: unread, queue: unread, history: unread},
    chain: '??????',
  },
  {
    sentence: 'Not here: Radarr does not have it in its library any more.',
    known: {item: {is: null}},
    chain: '-..-..',
  },
  {
    sentence: 'It is in the library: Radarr imported it yesterday 07:11.',
    of: {hasFile: true},
    past: [event('imported', DAY), event('grabbed', 2 * DAY)],
    chain: '++-+++',
  },
  {sentence: 'It is in the library.', of: {hasFile: true}, chain: '++--.+'},
  {
    sentence: 'It is in the library, and Radarr looks for a better one: its quality is below the cut-off.',
    of: {hasFile: true, belowCutoff: true},
    chain: '++--.+',
  },
  {
    sentence: 'It is in the library. Its quality is below the cut-off, and Radarr does not monitor it.',
    of: {hasFile: true, belowCutoff: true, monitored: false},
    chain: '-+--.+',
  },
  {
    sentence: 'Not here yet: its download has stalled at 37.4 %.',
    rows: [row()],
    past: [grab],
    torrents: [torrent({state: 'stalledDown'})],
    searchedByUs: NOW - 40 * MINUTE,
    chain: '++++-.',
  },
  {
    sentence: 'Not here yet: it is at 37.4 %.',
    rows: [row()],
    past: [grab],
    torrents: [torrent({progress: 0.01, awaySince: NOW - DAY}), torrent()],
    chain: '++-+>.',
  },
  {
    sentence: 'Not here yet: its download is stopped at 37.4 %.',
    rows: [row()],
    torrents: [torrent({state: 'stopped'})],
    chain: '++-+-.',
  },
  {
    sentence: 'Not here yet: nas, which has its torrent, has not answered since 06:51.',
    rows: [row()],
    past: [grab],
    torrents: [torrent({awaySince: NOW - 20 * MINUTE})],
    chain: '++-+?.',
  },
  {
    sentence: 'Not here yet: nas reports an error of its download.',
    follows: '“No space left on device”',
    rows: [row()],
    past: [grab],
    torrents: [torrent({state: 'error', message: 'No space left on device'})],
    chain: '++-+-.',
  },
  {
    sentence: 'Not here yet: Radarr has it in its queue, and no server that you see has the torrent.',
    rows: [row({indexer: ''})],
    chain: '++-+?.',
  },
  {
    sentence: 'Not here yet: it is complete, and Radarr imports it next.',
    rows: [row({state: 'importPending'})],
    past: [grab],
    torrents: [torrent({state: 'seeding', progress: 1, complete: true})],
    chain: '++-++-',
  },
  {
    sentence: 'Not here yet: it is complete, and Radarr imports it next.',
    rows: [row({state: 'importing'})],
    past: [grab],
    torrents: [torrent({state: 'seeding', progress: 1, complete: true})],
    chain: '++-++>',
  },
  {
    sentence: 'Not here yet: Radarr does not import what was downloaded.',
    follows: '“Found matching movie via grab history, but release was matched to movie by ID.”',
    rows: [
      row({
        state: 'importBlocked',
        trouble: 'warning',
        messages: [
          {
            title: 'a',
            messages: ['Found matching movie via grab history, but release was matched to movie by ID.'],
          },
        ],
      }),
    ],
    past: [grab],
    torrents: [torrent({state: 'seeding', progress: 1, complete: true})],
    chain: '++-++-',
  },
  {
    sentence: 'Not here yet: Radarr counts its download as failed.',
    follows: '“The torrent has errors”',
    rows: [row({state: 'failedPending', messages: [{title: 'a', messages: ['The torrent has errors']}]})],
    past: [grab],
    torrents: [torrent({state: 'error'})],
    chain: '++-+-.',
  },
  {
    // It came in, and its row still stands there.
    sentence: 'It is in the library: Radarr imported it 07:10.',
    of: {hasFile: true},
    rows: [row({state: 'imported'})],
    past: [event('imported', MINUTE), grab],
    torrents: [torrent({state: 'seeding', progress: 1, complete: true})],
    chain: '++-+++',
  },
  {
    sentence: 'Not here yet: Radarr delays the grab, as its delay profile says.',
    rows: [row({downloadId: null})],
    chain: '++->..',
  },
  {
    // What is there already is replaced: what is under way comes first.
    sentence: 'Not here yet: it is at 37.4 %.',
    of: {hasFile: true, belowCutoff: true},
    rows: [row()],
    past: [grab],
    torrents: [torrent()],
    chain: '++-+>+',
  },
  {
    sentence: 'Not here: Radarr does not monitor it, so nothing searches for it.',
    of: {monitored: false},
    chain: '-+--..',
  },
  {
    sentence: 'Not here yet: it comes out on 14 March.',
    of: {available: false, releasedAt: Date.UTC(2026, 2, 14, 12)},
    chain: '+---..',
  },
  {
    sentence: 'Not here yet: it is not out, as Radarr counts it.',
    of: {available: false, releasedAt: NOW - DAY},
    chain: '+---..',
  },
  {
    sentence: 'Not here yet: the last release failed.',
    follows: '“Download stalled”',
    past: [event('failed', 10 * MINUTE, {reason: 'Download stalled'}), grab],
    chain: '++-+-.',
  },
  {
    sentence: 'Not here yet: the last release was ignored.',
    past: [event('ignored', 10 * MINUTE), grab],
    chain: '++-+..',
  },
  {
    sentence: 'Not here yet: the last release was grabbed, and is neither in the queue nor imported.',
    past: [grab],
    chain: '++-+..',
  },
  {
    sentence: 'Not here: its file was deleted from the library yesterday 07:11.',
    past: [event('fileDeleted', DAY, {reason: 'MissingFromDisk'}), event('imported', 2 * DAY), grab],
    chain: '++-+.-',
  },
  {
    // A better one took its place.
    sentence: 'It is in the library: Radarr imported it 06:56.',
    of: {hasFile: true},
    past: [event('fileDeleted', 14 * MINUTE, {reason: 'Upgrade'}), event('imported', 15 * MINUTE), grab],
    chain: '++-+++',
  },
  {sentence: 'Not here yet: no search for it is known.', chain: '++--..'},
  {
    sentence: 'Not here yet: the last release failed.',
    of: {addedAt: null, releasedAt: null},
    past: [event('failed', 10 * MINUTE), event('grabbed', 20 * MINUTE, {indexer: ''})],
    chain: '++-+-.',
  },
  {
    sentence: 'Not here yet: it was searched for last 06:31, and nothing was grabbed.',
    of: {searchedAt: NOW - DAY},
    searchedByUs: NOW - 40 * MINUTE,
    chain: '+++-..',
  },
  {
    sentence: 'Can’t be decided: Radarr could not be asked.',
    follows: 'Radarr refused the API key.',
    known: {queue: unread},
    chain: '++-??.',
  },
  {
    sentence: 'Can’t be decided: Radarr could not be asked.',
    follows: 'Radarr refused the API key.',
    known: {history: unread},
    chain: '++-??.',
  },
  {
    // A book: Readarr reports neither when it is out nor searches.
    sentence: 'Not here yet: nothing was grabbed so far.',
    of: {kind: 'book', available: null, releasedAt: null},
    chain: '+??-..',
  },
]

function worldIn({known, of, rows = [], past = [], torrents, searchedByUs = null}: Situation): ChainWorld {
  return {
    arr: 'Radarr',
    now: NOW,
    searchedByUs,
    torrents: new Map(torrents && [[download, torrents]]),
    known: {item: {is: film(of)}, parent: {is: null}, queue: {is: rows}, history: {is: past}, ...known},
  }
}

const marks = {yes: '+', no: '-', now: '>', later: '.', could_not_look: '?'} as const

test.each(situations.map((it, n) => [n + 1, it.sentence, it] as const))('%i: %s', (_, sentence, it) => {
  const chain = itemChain(worldIn(it))
  expect(sentenceOfPhrase(chain.says, NOW)).toBe(sentence)
  expect(chain.follows && sentenceOfPhrase(chain.follows, NOW)).toBe(it.follows ?? null)
  expect(chain.links.map(({link}) => link)).toEqual(chainLinks)
  expect(chain.links.map(({answer}) => marks[answer]).join('')).toBe(it.chain)
  for (const {says} of chain.links)
    expect(sentenceOfPhrase(says, NOW)).not.toMatch(/\{\{|undefined|NaN|item\.| {2}|“”/)
})

test('each text is said in one of the situations', () => {
  const said = new Set<string | undefined>(
    situations.flatMap((it) => {
      const {says, follows, links} = itemChain(worldIn(it))
      return [says.key, follows?.key, ...links.map((one) => one.says.key)]
    }),
  )
  const all = Object.keys(verdictTexts).filter((key) => key.startsWith('item.'))
  expect(all.filter((key) => !said.has(key))).toEqual([])
})

test('each release that was grabbed has its result, newest first', () => {
  const other = asDownloadId('CD'.repeat(20))!
  const past = [
    event('grabbed', MINUTE, {downloadId: asDownloadId('EF'.repeat(20)), title: 'third'}),
    event('failed', 2 * MINUTE, {downloadId: other, reason: 'stalled'}),
    event('grabbed', 3 * MINUTE, {downloadId: other, title: 'second'}),
    event('imported', 4 * MINUTE),
    event('grabbed', 5 * MINUTE, {title: 'first'}),
  ]
  const rows = [row({downloadId: asDownloadId('EF'.repeat(20))})]
  const {releases} = itemChain(worldIn({sentence: '', chain: '', rows, past}))
  expect(releases.map(({title, end, said}) => [title, end, said])).toEqual([
    ['third', 'queued', ''],
    ['second', 'failed', 'stalled'],
    ['first', 'imported', ''],
  ])
})

test('an episode is called by its series and number, an album by its artist', () => {
  const titled = (of: Partial<LibraryItem>, parent: string) =>
    itemChain(worldIn({sentence: '', chain: '', of, known: {parent: {is: film({title: parent})}}})).title
  const episode = {kind: 'episode', title: 'The Well', year: null, seasonNumber: 1, number: 3} as const
  expect(titled(episode, 'Hollow Hill')).toBe('Hollow Hill S01E03 The Well')
  expect(titled({kind: 'album', title: 'Tides', year: null}, 'The Gulls')).toBe('The Gulls: Tides')
  expect(itemChain(worldIn({sentence: '', chain: ''})).title).toBe('Copper Wolves (2023)')
})
