/** Each example that is offered does what it says, to a torrent or path made for it. */
import {expect, test} from 'vitest'
import {actionDetails} from '#automation/actions/action-commands.ts'
import {EvaluatorHarness, key, server} from '#automation/manager/evaluator-harness.fixture.ts'
import type {LookedUp} from '#automation/manager/torrent-subject.ts'
import {arrSaying, NOW} from '#automation/manager/torrent-subject.fixture.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {patternSet} from '#media/pattern-sets.ts'
import type {FactName, FactValue} from '#model/fact.ts'
import type {ManagedRow} from '#model/manager.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {DAY, HOUR, MINUTE, type Seconds} from '#model/units.ts'
import {ruleExamples} from '#registry/rules/examples.ts'
import {parseRule} from '#rules/parse.ts'

interface Made {
  readonly row?: Partial<ManagedRow>
  readonly lookedUp?: Partial<Record<FactName, FactValue>>
  readonly arr?: Partial<typeof arrSaying>
  /** Until it is due. */
  readonly after: Seconds
}

const GiB = 1024 ** 3
const incomplete = {complete: false, completedAt: null, progress: 0.5, isPrivate: false}

const made: Readonly<Record<string, Made>> = {
  Stalled: {row: {...incomplete, state: 'stalledDown', availability: 0.5}, after: 16 * MINUTE},
  'Metadata stuck': {row: {...incomplete, state: 'metadata', hasMetadata: false}, after: 25 * MINUTE},
  Slow: {row: {...incomplete, state: 'downloading', eta: 30 * HOUR}, after: 2 * HOUR},
  'Seeding done': {row: {ratio: 2.5, seedsSwarm: 4}, after: MINUTE},
  Unregistered: {
    // As qBittorrent up to 5.1 tells of it.
    row: {trackerStatus: 'unknown', trackerMessage: ''},
    lookedUp: {'tracker.classes': ['unregistered']},
    after: 6 * HOUR + MINUTE,
  },
  'Free space': {
    lookedUp: {
      'path.freeBytes': 100 * GiB,
      'content.device': '1',
      'content.linksOutside': 0,
      'content.exclusiveBytes': GiB,
    },
    after: 6 * MINUTE,
  },
  'Dangerous files': {
    row: {...incomplete, state: 'downloading'},
    after: MINUTE,
    lookedUp: {'badFiles.any': true, 'badFiles.share': 1},
  },
  Upgraded: {
    arr: {evidence: 'history/1', inLibrary: true},
    lookedUp: {'content.linksOutside': 0},
    after: 7 * DAY + MINUTE,
  },
  Favorites: {row: {tags: ['favorite']}, after: MINUTE},
  'Recheck errors': {row: {state: 'error'}, after: 11 * MINUTE},
  'Tracker away': {row: {trackerStatus: 'unreachable'}, after: HOUR + MINUTE},
  'Import stuck': {arr: {tracked: 'importPending'}, after: 6 * HOUR + MINUTE},
  'Finish first': {
    row: {...incomplete, progress: 0.95, state: 'queuedDown', queuePosition: 4},
    after: MINUTE,
  },
  'Upload limit for public torrents': {row: {ratio: 1.5}, after: MINUTE},
  'Stop at a ratio': {row: {ratio: 3.5}, after: MINUTE},
  Archive: {row: {lastActivityAt: NOW - 31 * DAY * 1000, savePath: '/data/films'}, after: MINUTE},
  'Tag large torrents': {row: {size: 60 * GiB}, after: MINUTE},
}

function ruleOfExample(yaml: string): Rule {
  const {rules, mistakes} = parseRule(yaml, {id: 'example' as RuleId, revision: 1})
  expect(mistakes).toEqual([])
  return {...rules[0]!, mode: 'live'}
}

const ofTorrents = ruleExamples.filter(({yaml}) => ruleOfExample(yaml).subject === 'torrent')

test.each(ofTorrents)(
  'the example "$name" acts on a torrent made for it, and on no other',
  async (example) => {
    const {row = {}, lookedUp = {}, arr, after} = made[example.name]!
    const rule = ruleOfExample(example.yaml)
    const usual = new EvaluatorHarness([rule])
    expect(await usual.live(Math.min(after, HOUR))).toEqual([])
    const harness = new EvaluatorHarness([rule])
    if (arr) harness.arr = {...arrSaying, ...arr}
    harness.server({...server})
    harness.rows([row])
    const seen = Object.entries(lookedUp).map(([fact, value]): [FactName, LookedUp] => [
      fact as FactName,
      {value, at: NOW, whyUnknown: null},
    ])
    harness.evaluator.takeLookedUp(key, new Map(seen))
    expect(await harness.live(after)).toContain(`example ${key}`)
  },
)

test('each example of torrents has one made for it, and the one about paths is tried beside orphans', () => {
  expect(ofTorrents.map(({name}) => name)).toEqual(Object.keys(made))
  expect(ruleExamples.filter((it) => !ofTorrents.includes(it)).map(({name}) => name)).toEqual([
    'Set orphans aside',
  ])
})

test('what the examples leave out of a torrent is found by the set that they name', async () => {
  const sets = ruleExamples.flatMap(({yaml}) =>
    ruleOfExample(yaml).do.flatMap(({params}) => (typeof params['set'] === 'string' ? [params['set']] : [])),
  )
  expect(sets).toEqual(['unwanted'])
  const details = actionDetails(
    {
      files: async () =>
        ['film.mkv', 'film.exe'].map((path, index) => ({
          index,
          path,
          size: 1,
          progress: 0,
          priority: 'normal' as const,
        })),
      trackers: async () => [],
    },
    {get: () => null},
    {objection: async () => null},
    () => patternSet('dangerous'),
    new TimeSlice(),
  )
  expect(await details.filesMeant({} as never, {set: 'unwanted', to: 'skip'})).toEqual([1])
})
