import {beforeAll, expect, test} from 'vitest'
import {ruleExamples} from '#registry/rules/examples.ts'
import {ruleOf} from '#rules/parse.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {words as anyWords} from './all-rules.fixture.ts'
import type {KnownHere} from './described.ts'
import {readDocument} from './form/rule-document.ts'
import {sentenceOf, type SentenceWords} from './sentence.ts'
import {plainText} from './sentence-pieces.ts'
import {understood} from './templates.ts'

beforeAll(() => speakEnglish())

const known: KnownHere = {
  servers: [
    {id: 'nas', name: 'Demo NAS'},
    {id: 'box', name: 'Seedbox'},
  ],
  arrs: [
    {id: 'Sonarr-TV', name: 'Sonarr TV', kind: 'sonarr'},
    {id: 'Radarr-4K', name: 'Radarr 4K', kind: 'radarr'},
  ],
  tags: ['keep', 'cross-seed', 'favorite'],
  categories: ['movies', 'tv'],
  trackers: ['tracker.example.com', 'announce.waxwing.example'],
  profiles: [{name: 'Waxwing', hosts: ['announce.waxwing.example']}],
  timeZone: 'Europe/Berlin',
}
const words: SentenceWords = {
  ...anyWords,
  names: new Map([...known.servers, ...known.arrs].map(({id, name}) => [id, name])),
}

const read = (described: string) => understood(described, ruleExamples, words, known)

function saidFirst(described: string): string {
  const rule = readDocument(read(described).templates[0]!.yaml)!
  const {says, beside} = sentenceOf(rule, words)
  return [says, ...beside].map(plainText).join(' | ').replaceAll('\u00a0', ' ')
}

const paid = 'its tracker’s requirement is met or absent, remove it with its files.'

test.each([
  ['remove torrents older than 14 days', `When a torrent is older than 14 days and ${paid}`],
  ['delete after 2 weeks', `When a torrent is older than 2 weeks and ${paid}`],
  ['remove everything bigger than 50 GB', `When a torrent’s wanted size is above 50 GB and ${paid}`],
  ['remove torrents smaller than 100 MB', `When a torrent’s wanted size is below 100 MB and ${paid}`],
  [
    'delete movies after 30 days',
    `When a torrent is in category movies, it is older than 30 days and ${paid}`,
  ],
  ['remove torrents tagged "old stuff" or junk', `When a torrent is tagged old stuff or junk and ${paid}`],
  ['remove torrents idle for 90 days', `When a torrent has been idle for 90 days and ${paid}`],
  ['remove torrents with 1.5 ratio', `When a torrent’s ratio is at least 1.5 and ${paid}`],
  [
    'delete unfinished torrents older than 7 days',
    `When a torrent is not complete, it is older than 7 days and ${paid}`,
  ],
  [
    'remove torrents from sonarr except tagged keep',
    `When a torrent belongs to Sonarr TV and ${paid} | Except when it is tagged keep`,
  ],
  [
    'delete public torrents with fewer than 2 seeds',
    `When a torrent has fewer than 2 seeds in its swarm and ${paid} | public torrents`,
  ],
  ['keep everything tagged keep', 'Keep a torrent when it is tagged keep.'],
  ['keep torrents not tagged favorite', 'Keep a torrent when it is not tagged favorite.'],
  ['never delete torrents from sonarr', 'Keep a torrent when it belongs to Sonarr TV.'],
  ['never delete anything from Radarr 4K', 'Keep a torrent when it belongs to Radarr 4K.'],
  [
    'never remove torrents of tracker Waxwing',
    'Keep a torrent when it has the tracker announce.waxwing.example.',
  ],
  ["don't delete private torrents", 'Keep a torrent when it is private.'],
  ['stop what is not private', 'When a torrent is not stopped, stop it. | public torrents'],
  [
    'pause everything between 18:00 and 23:30',
    'When a torrent is not stopped, stop it. | from 18:00 to 23:30 (Europe/Berlin)',
  ],
  [
    'stop torrents without seeds on weekends',
    'When a torrent has 0 seeds in its swarm, stop it. | on Saturday and Sunday (Europe/Berlin)',
  ],
  [
    'announce every 30 minutes when no peers',
    'When a torrent has 0 peers in its swarm, reannounce it. | every 30 minutes',
  ],
  [
    'move finished films to Demo NAS after 7 days',
    'Move a torrent to Demo NAS when it is complete and it has been complete for 7 days.',
  ],
  [
    'move torrents in category movies to /mnt/Archive',
    'Move a torrent to /mnt/Archive when it is in category movies.',
  ],
  ['copy finished torrents to Seedbox', 'Copy a torrent to Seedbox when it is complete.'],
  [
    'tag torrents of tracker.example.com private',
    'When a torrent has the tracker tracker.example.com, tag it private.',
  ],
  ['tag everything from Sonarr TV as tv-show', 'When a torrent belongs to Sonarr TV, tag it tv-show.'],
  ['tag torrents larger than 80 GB as huge', 'When a torrent’s wanted size is above 80 GB, tag it huge.'],
  [
    'add the tag slow to stalled torrents',
    'When a torrent is stalled or seeding without peers, tag it slow.',
  ],
  [
    'remove the tag cross-seed from torrents older than 30 days',
    'When a torrent is older than 30 days, remove the tag cross-seed from it.',
  ],
  ['set category of tagged keep to movies', 'When a torrent is tagged keep, move it to the category movies.'],
  [
    'limit upload to 2 MiB/s for torrents of tracker.example.com',
    'When a torrent has the tracker tracker.example.com, set its upload limit to 2 MiB/s.',
  ],
  [
    'limit downloads to 5 MB/s on Mondays from 9am to 5pm',
    'When a torrent is there, set its download limit to 5 MB/s. | from 09:00 to 17:00 on Monday (Europe/Berlin)',
  ],
  ['recheck errored torrents on Seedbox', 'When a torrent is in an error and it is on Seedbox, recheck it.'],
  ['notify me when a torrent is missing files', 'When a torrent is missing files, notify.'],
])('“%s” is the rule “%s”', (described, says) => {
  expect(saidFirst(described)).toBe(says)
  const {yaml, unset} = read(described).templates[0]!
  expect(unset.filter((it) => it !== 'films')).toEqual([])
  expect(ruleOf({...readDocument(yaml), id: 'r', name: 'r'}).mistakes, yaml).toEqual([])
})

test.each([
  [
    'public, ratio above 2, more than 14 days: remove',
    'Seeding done',
    ['privacy: public', '14 days', 'value: 2'],
  ],
  ['remove stalled downloads from sonarr', 'Stalled', ['{fact: arr.id, op: in, value: [Sonarr-TV]}']],
  ['remove unregistered torrents from Waxwing', 'Unregistered', ['announce.waxwing.example']],
  ['stop seeding after ratio 2', 'Stop at a ratio', ['value: 2']],
])('“%s” is “%s” with what was described', (described, name, written) => {
  const [first] = read(described).templates
  expect(first?.name).toBe(name)
  for (const it of written) expect(first?.yaml).toContain(it)
})

test('a figure never stands where the comparison is the other way round', () => {
  expect(saidFirst('pause torrents with ratio below 1')).toBe('When a torrent’s ratio is below 1, stop it.')
})

test('what is not to be touched is kept', () => {
  expect(saidFirst("don't touch anything in category movies")).toBe(
    'Keep a torrent when it is in category movies.',
  )
})

test('of a ratio or a time nothing goes by the one that was not described', () => {
  const [first] = read('delete torrents on Demo NAS with a ratio over 3').templates
  expect(first?.name).toBe('Seeding done')
  expect(first?.yaml).not.toContain('seedingTime')
})

test.each([
  'announce every 30 minutes when no peers',
  'reannounce unregistered torrents',
  'recheck stalled downloads',
  'tell me when downloads are slow',
  'keep what is stalled',
  'never remove unregistered torrents',
])('where “%s” is asked nothing that removes is offered', (described) => {
  for (const {yaml} of read(described).templates) {
    expect(yaml).not.toMatch(/removeWithData|failDownload|recycle|action: remove/)
  }
})

test.each([
  ['pause everything on Sunday unless my cat is hungry', ['unless my cat is hungry']],
  ['rename unregistered torrents', ['rename']],
  ['pause all downloads at night', ['night']],
  ['remove everything', []],
])('of “%s” too little is understood for Enter, and the words are named', (described, unknown) => {
  expect(read(described)).toMatchObject({isCertain: false, unknown})
})

test('a removal that leaves out a condition that was described is not taken by Enter', () => {
  expect(read('delete films larger than 50 GB')).toMatchObject({isCertain: false, unknown: ['films']})
})

test('hours are never taken for figures, and two bare figures are no hours', () => {
  expect(read('stop public torrents between 18:00 and 23:30').templates[0]?.unset).toEqual([])
  expect(saidFirst('pause everything from 10 to 20')).not.toContain('from 10:00')
})
