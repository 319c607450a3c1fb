import {describe, expect, test} from 'vitest'
import {named, recorded} from '#lab/arrs/recordings.fixture.ts'
import {heardIn, noWords, searchOutcome, type SearchEvidence} from './search-outcome.ts'
import {SearchWatch} from './search-watch.ts'

const completed = (message: string) => ({status: 'completed', message, failure: ''}) as const
const quiet: SearchEvidence = {
  command: completed('Completed search for 1 movies. 0 reports downloaded.'),
  words: noWords,
  grabs: 0,
  refused: 0,
  isHeldByClient: false,
  wasSearched: null,
  expectedIndexers: null,
}

describe('what messages of a search command say', () => {
  test.each<[string, readonly string[], ReturnType<typeof heardIn>]>([
    [
      'all of a search that found nothing',
      [
        'Searching indexers for [Quiet Engine]. 3 active indexers',
        'Total of 0 reports were found for [Quiet Engine] from 3 indexers',
        'No results found',
        'Completed search for 1 movies. 0 reports downloaded.',
      ],
      {indexers: 3, found: 0, grabbed: 0},
    ],
    [
      'all of a search with a grab',
      [
        'Searching indexers for [Film]. 2 active indexers',
        'Total of 14 reports were found for [Film] from 2 indexers',
        'Processing 14 releases',
        'Processing release 14/14',
        'Completed search for 1 movies. 1 reports downloaded.',
      ],
      {indexers: 2, found: 14, grabbed: 1},
    ],
    [
      'two questions, one with an indexer less',
      [
        'Searching indexers for [Show : S01E01]. 3 active indexers',
        'Total of 4 reports were found for [Show : S01E01] from 3 indexers',
        'Episode search completed. 0 reports downloaded.',
        'Searching indexers for [Show : S01E02]. 2 active indexers',
        'Total of 3 reports were found for [Show : S01E02] from 2 indexers',
        'Episode search completed. 1 reports downloaded.',
      ],
      {indexers: 2, found: 7, grabbed: 1},
    ],
    [
      'its middle was missed',
      ['Completed search for 1 movies. 0 reports downloaded.'],
      {indexers: null, found: null, grabbed: 0},
    ],
    ['only how far it was', ['Processing release 1/14'], {indexers: null, found: 14, grabbed: null}],
    [
      'one message that came twice',
      Array(2).fill('Total of 4 reports were found for [A] from 1 indexers'),
      {indexers: null, found: 4, grabbed: null},
    ],
    ['nothing', [''], noWords],
  ])('%s', (_, messages, expected) => {
    expect(heardIn(messages)).toEqual(expected)
  })
})

describe('what came of a search', () => {
  test.each<[string, Partial<SearchEvidence>, string]>([
    ['a grab in the history', {grabs: 1}, 'grabbed'],
    ['a grab, and the command is forgotten', {grabs: 1, command: null}, 'grabbed'],
    ['a row that waits for the download client', {isHeldByClient: true}, 'held_by_client'],
    ['releases that the download client did not take', {refused: 2}, 'refused'],
    ['no release', {words: {indexers: 3, found: 0, grabbed: 0}}, 'nothing_found'],
    ['releases, and none was taken', {words: {indexers: 3, found: 14, grabbed: 0}}, 'all_rejected'],
    ['no active indexer', {words: {indexers: 0, found: 0, grabbed: 0}}, 'no_indexer'],
    ['a last search that did not move', {wasSearched: false}, 'no_indexer'],
    ['a last search that moved', {wasSearched: true}, 'no_grab'],
    [
      'an indexer less than there are',
      {words: {indexers: 2, found: 0, grabbed: 0}, expectedIndexers: 3},
      'partial',
    ],
    [
      'as many indexers as there are',
      {words: {indexers: 3, found: 0, grabbed: 0}, expectedIndexers: 3},
      'nothing_found',
    ],
    ['an end alone', {}, 'no_grab'],
    [
      'a failure',
      {command: {status: 'failed', message: 'Searching', failure: 'No such host is known'}},
      'failed',
    ],
    ['a canceled command', {command: {status: 'cancelled', message: '', failure: ''}}, 'failed'],
    [
      'an Arr that began again before it had searched',
      {command: {status: 'orphaned', message: '', failure: ''}, wasSearched: false},
      'lost',
    ],
    ['an Arr that began again', {command: {status: 'orphaned', message: '', failure: ''}}, 'lost'],
    ['a command that is forgotten, and no search since', {command: null, wasSearched: false}, 'lost'],
    ['a command that is forgotten, and a search since', {command: null, wasSearched: true}, 'unknown'],
    ['a command that is forgotten', {command: null}, 'unknown'],
  ])('%s: %s', (_, more, outcome) => {
    expect(searchOutcome({...quiet, ...more}).outcome).toBe(outcome)
  })

  test('its last words are those of its failure, where it failed', () => {
    const command = {status: 'failed', message: 'Searching', failure: 'No such host is known'} as const
    expect(searchOutcome({...quiet, command}).said).toBe('No such host is known')
    expect(searchOutcome(quiet).said).toBe('Completed search for 1 movies. 0 reports downloaded.')
    expect(searchOutcome({...quiet, command: null}).said).toBeNull()
  })
})

describe('searches that an Arr reports on its live channel', () => {
  test('of a recorded grab the search is known to be over, with what it took', () => {
    const watch = new SearchWatch()
    const {frames} = named(recorded('radarr-6.1.0', 'live'), 'a grab')
    const said: unknown[] = []
    for (const {
      arguments: [{name, body}],
    } of frames) {
      if (name !== 'command') continue
      watch.hear((body as {resource: unknown}).resource)
      said.push(watch.running)
    }
    expect(said).toEqual([[23], []])
    expect(watch.of(23)).toMatchObject({
      command: {id: 23, status: 'completed'},
      words: {indexers: null, found: null, grabbed: 1},
    })
  })

  const searching = (id: number, status: string, message: string, name = 'MoviesSearch') => ({
    id,
    name,
    status,
    message,
  })

  test('what goes on is forgotten when the channel falls, and what has ended is not', () => {
    const watch = new SearchWatch()
    watch.hear(searching(1, 'completed', '0 reports downloaded.'))
    watch.hear(searching(2, 'started', 'Searching indexers for [A]. 2 active indexers'))
    expect(watch.running).toEqual([2])
    watch.interrupted()
    expect([watch.running, watch.of(2), watch.of(1)?.words.grabbed]).toEqual([[], null, 0])
  })

  test('other commands, and what is none, are no searches', () => {
    const watch = new SearchWatch()
    for (const resource of [searching(1, 'started', '', 'RefreshMovie'), {id: 'x'}, null, undefined, 'text'])
      watch.hear(resource)
    expect(watch.running).toEqual([])
  })

  test('of many searches the last ones are remembered', () => {
    const watch = new SearchWatch()
    for (let id = 1; id <= 80; id++) watch.hear(searching(id, 'completed', '0 reports downloaded.'))
    expect([watch.of(30), watch.of(31)?.command.id, watch.of(80)?.command.id]).toEqual([null, 31, 80])
  })
})
