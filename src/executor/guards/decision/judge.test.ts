import {expect, test} from 'vitest'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import type {GuardAnswer} from './decision-guard.ts'
import {anItem, AT, type ItemChanges} from './decision-item.fixture.ts'
import {judgeDecision} from './judge.ts'

type Row = readonly [what: string, changes: ItemChanges, answer: GuardAnswer, code?: string]

const count = (n: number) => ({count: n, bytes: 0})
const ago = (seconds: number) => AT - seconds * 1_000
const owed: ItemChanges['facts'] = {'obligation.met': 'no', 'obligation.profile': 'x'}
const begun: ItemChanges['facts'] = {...owed, complete: false, state: 'stalledDown', progress: 0.4}

const rows: readonly Row[] = [
  ['nothing objects', {}, 'pass'],

  ['S29 an owner without the right', {mayControl: false}, 'block', 'not_allowed'],

  ['S07 the tag keep', {facts: {tags: ['a', 'Keep']}}, 'block', 'kept'],
  ['S07 the tag keep, and only a tag is wanted', {action: 'tag', facts: {tags: ['keep']}}, 'block', 'kept'],
  ['qBitrr-ignored', {facts: {tags: ['qBitrr-ignored']}}, 'block', 'kept'],
  ['a tag that only contains keep', {facts: {tags: ['upkeep']}}, 'pass'],
  ['unknown tags', {facts: {tags: undefined}}, 'block', 'fact_unknown'],
  ['a pin', {facts: {'memory.protected': true}}, 'block', 'pinned'],
  [
    'changed by hand a moment short of 15 min ago',
    {facts: {'memory.lastManualChangeAt': ago(15 * MINUTE) + 1}},
    'block',
    'changed_by_hand',
  ],
  ['changed by hand 15 min ago', {facts: {'memory.lastManualChangeAt': ago(15 * MINUTE)}}, 'pass'],

  [
    'S30 a server whose log-in is refused',
    {facts: {'server.status': 'auth_failed'}},
    'postpone',
    'server_not_online',
  ],
  ['a server that warms up', {facts: {'server.status': 'warming'}}, 'postpone', 'server_not_online'],
  ['a degraded server', {facts: {'server.status': 'degraded'}}, 'pass'],
  ['S01 all of its torrents missing', {facts: {'server.populationDrop': 1}}, 'postpone', 'population_drop'],
  ['a fifth missing', {facts: {'server.populationDrop': 0.2}}, 'pass'],
  ['more than a fifth missing', {facts: {'server.populationDrop': 0.201}}, 'postpone', 'population_drop'],
  [
    'unknown whether any are missing',
    {facts: {'server.populationDrop': undefined}},
    'postpone',
    'population_drop',
  ],
  ['an epoch of 9:59', {server: {epochFor: 10 * MINUTE - 1}}, 'postpone', 'epoch_young'],
  ['an epoch of 10:00', {server: {epochFor: 10 * MINUTE}}, 'pass'],
  ['an epoch of unknown age', {server: {epochFor: undefined}}, 'postpone', 'epoch_young'],

  ['two failed commands', {server: {failures: 2}}, 'pass'],
  ['three failed commands', {server: {failures: 3}}, 'postpone', 'failures'],
  ['three failed commands, and a note', {action: 'note', server: {failures: 3}}, 'pass'],

  ['online for 9:59', {facts: {'server.onlineFor': 10 * MINUTE - 1}}, 'postpone', 'server_online_for'],
  ['S02 one whole list', {server: {fullSyncs: 1}}, 'postpone', 'full_syncs'],
  ['complete and 59:59 old', {facts: {age: HOUR - 1}}, 'postpone', 'age'],
  ['complete and an hour old', {facts: {age: HOUR}}, 'pass'],
  ['S03 a negative age', {facts: {age: -DAY}}, 'postpone', 'age'],
  ['an unknown age', {facts: {age: undefined}}, 'postpone', 'age'],
  ['incomplete and 9:59 old', {facts: {complete: false, age: 10 * MINUTE - 1}}, 'postpone', 'age'],
  ['incomplete and 10 min old', {facts: {complete: false, age: 10 * MINUTE}}, 'pass'],
  ['dangerous files, and new', {reason: 'unwantedFiles', facts: {complete: false, age: 0}}, 'pass'],
  [
    'a rule that asks for a longer age',
    {facts: {age: 2 * HOUR}, guards: {minAgeComplete: 3 * HOUR}},
    'postpone',
    'age',
  ],
  [
    'a rule that asks for a shorter age',
    {facts: {age: HOUR - 1}, guards: {minAgeComplete: 0}},
    'postpone',
    'age',
  ],
  ['complete and first seen 29:59 ago', {facts: {firstSeenAt: ago(30 * MINUTE - 1)}}, 'postpone', 'seen_for'],
  ['complete and first seen 30 min ago', {facts: {firstSeenAt: ago(30 * MINUTE)}}, 'pass'],
  ['unknown whether complete', {facts: {complete: undefined}}, 'block', 'fact_unknown'],

  ['S23 checking', {facts: {state: 'checking'}}, 'postpone', 'busy'],
  ['S23 moving', {facts: {state: 'moving'}}, 'postpone', 'busy'],

  [
    'S08 an empty directory where the disk was',
    {reason: 'freeSpace', facts: {'path.mounted': false}},
    'block',
    'disk_missing',
  ],
  [
    'S08 missing files of a disk that is away',
    {action: 'remove', reason: 'missingFiles', facts: {'path.readable': false}},
    'block',
    'disk_missing',
  ],
  [
    'free space of a disk nobody sees',
    {reason: 'freeSpace', facts: {'path.mounted': undefined}, why: 'notSupported'},
    'block',
    'disk_unknown',
  ],
  [
    'a disk nobody sees, and it does not matter',
    {facts: {'path.mounted': undefined, 'path.readable': undefined}},
    'pass',
  ],

  [
    'S25 four fifths of trackers failing',
    {on: 'stalledFor', server: {trackersFailing: 0.8}},
    'postpone',
    'internet_down',
  ],
  ['fewer trackers failing', {on: 'stalledFor', server: {trackersFailing: 0.79}}, 'pass'],
  [
    'unknown how many trackers fail',
    {on: 'tracker.class', server: {trackersFailing: undefined}},
    'postpone',
    'internet_down',
  ],
  [
    'S25 9:59 after the connection came back',
    {on: 'tracker.class', server: {sinceInternetFault: 10 * MINUTE - 1}},
    'postpone',
    'internet_settling',
  ],
  [
    'S25 no search either',
    {action: 'arr.search', on: 'stalledFor', server: {trackersFailing: 1}},
    'postpone',
    'internet_down',
  ],
  ['all trackers failing, and the rule asks for the ratio', {server: {trackersFailing: 1}}, 'pass'],

  ...(['importPending', 'importing', 'importBlocked', 'importFailed'] as const).map((tracked): Row => [
    `S26 the Arr says ${tracked}`,
    {facts: {'arr.id': 'R', 'arr.tracked': tracked}},
    'block',
    'import_waiting',
  ]),
  ['the Arr says imported', {facts: {'arr.id': 'R', 'arr.tracked': 'imported'}}, 'pass'],
  ...([null, undefined] as const).map((proof): Row => [
    `S26 it goes as it is imported, and the proof is ${proof} now`,
    {
      on: 'arr.importedEvidence',
      facts: {'arr.id': 'R', 'arr.tracked': 'imported', 'arr.importedEvidence': proof},
    },
    'block',
    'import_unknown',
  ]),
  [
    'it goes as it is imported, and is proven to be',
    {
      on: 'arr.importedEvidence',
      facts: {'arr.id': 'R', 'arr.tracked': 'imported', 'arr.importedEvidence': 'history 7'},
    },
    'pass',
  ],
  [
    'S25 it is called stalled while trackers fail, whatever that was seen by',
    {action: 'failDownload', reason: 'stalled', on: 'state', server: {trackersFailing: 0.9}},
    'postpone',
    'internet_down',
  ],
  [
    'imported 14:59 ago',
    {facts: {'arr.id': 'R', 'arr.tracked': 'imported'}, importedAt: ago(15 * MINUTE - 1)},
    'postpone',
    'just_imported',
  ],
  [
    'imported 15 min ago',
    {facts: {'arr.id': 'R', 'arr.tracked': 'imported'}, importedAt: ago(15 * MINUTE)},
    'pass',
  ],
  ['an Arr that does not answer', {facts: {'arr.id': 'R'}}, 'block', 'import_unknown'],
  ['S27 not in the queue of the Arr any more', {facts: {'arr.id': 'R', 'arr.queuePresent': false}}, 'pass'],
  [
    'rejected by the Arr, as its owner configured',
    {
      action: 'failDownload',
      reason: 'importRejected',
      facts: {'arr.id': 'R', 'arr.tracked': 'importBlocked', 'arr.anyImported': false},
    },
    'pass',
  ],
  [
    'S28 a pack of which a part is imported, to be failed',
    {
      action: 'failDownload',
      reason: 'importRejected',
      facts: {'arr.id': 'R', 'arr.tracked': 'importBlocked', 'arr.anyImported': true},
    },
    'block',
    'imported_in_part',
  ],
  [
    'S28 unknown whether a part of it is imported',
    {action: 'failDownload', reason: 'unwantedFiles', facts: {'arr.id': 'R', 'arr.tracked': 'downloading'}},
    'postpone',
    'import_unknown',
  ],
  ['no Arr has it, to be failed', {action: 'failDownload', facts: {'arr.id': null}}, 'pass'],
  [
    'rejected by the Arr, but it is only to be removed',
    {reason: 'importRejected', facts: {'arr.id': 'R', 'arr.tracked': 'importBlocked'}},
    'block',
    'import_waiting',
  ],

  ['S16 what its tracker asks is owed', {facts: owed}, 'block', 'obligation_owed'],
  ['unknown what is owed', {facts: {'obligation.met': undefined}}, 'block', 'obligation_unknown'],
  ['owed, and its rule says why not', {facts: owed, guards: {obligationOverride: 'tracker closed'}}, 'pass'],
  ['stalled below the end, and failed', {action: 'failDownload', reason: 'stalled', facts: begun}, 'pass'],
  ['stalled below the end, and only removed', {reason: 'stalled', facts: begun}, 'block', 'obligation_owed'],
  [
    'slow below the end, and failed',
    {action: 'failDownload', reason: 'slow', facts: begun},
    'block',
    'obligation_owed',
  ],

  [
    'S18 private without a profile, ratio 0.99',
    {facts: {isPrivate: true, ratio: 0.99}},
    'block',
    'private_default',
  ],
  ['S18 private without a profile, ratio 1', {facts: {isPrivate: true, ratio: 1}}, 'pass'],
  [
    'S18 unknown whether private, a second short of 14 days',
    {facts: {isPrivate: undefined, ratio: undefined, seedingTime: 14 * DAY - 1}},
    'block',
    'private_default',
  ],
  [
    'S16 seeded 14 days as we saw it, 0 as the server says',
    {facts: {isPrivate: undefined, ratio: 0, seedingTime: 0, seedingObserved: 14 * DAY}},
    'pass',
  ],
  ['S17 an infinite ratio', {facts: {isPrivate: true, ratio: Infinity}}, 'block', 'private_default'],
  ['private, 9 % and dropped', {facts: {isPrivate: true, complete: false, progress: 0.09}}, 'pass'],
  [
    'private, 10 % and dropped',
    {facts: {isPrivate: true, complete: false, progress: 0.1}},
    'block',
    'private_default',
  ],

  [
    'S05 S20 its data is also that of another',
    {facts: {'content.ownersOther': 1}},
    'degrade',
    'other_owners',
  ],
  [
    'another has the data, and only the torrent goes',
    {action: 'remove', facts: {'content.ownersOther': 1}},
    'pass',
  ],
  ['unknown who has the data', {facts: {'content.ownersOther': undefined}}, 'postpone', 'owners_unknown'],
  [
    'S21 unreadable hard links that the rule names',
    {on: 'content.linksOutside'},
    'postpone',
    'links_unknown',
  ],
  ['S21 unreadable hard links that the rule does not name', {}, 'pass'],

  [
    'S13 unregistered for the first time',
    {reason: 'unregistered', on: 'tracker.class'},
    'quarantine',
    'quarantine_first',
  ],
  [
    'in quarantine',
    {reason: 'unregistered', quarantine: {isOver: false, until: AT + 1}},
    'postpone',
    'in_quarantine',
  ],
  [
    'unregistered still, at the end of its quarantine',
    {reason: 'unregistered', quarantine: {isOver: true, until: AT}},
    'pass',
  ],

  ['S19 nine in this run', {budgets: {run: count(9)}}, 'pass'],
  ['S19 ten in this run', {budgets: {run: count(10)}}, 'postpone', 'max_per_run'],
  [
    'a rule that allows itself more',
    {budgets: {run: count(10)}, guards: {maxPerRun: 500}},
    'postpone',
    'max_per_run',
  ],
  [
    'a rule that allows itself less',
    {budgets: {run: count(2)}, guards: {maxPerRun: 2}},
    'postpone',
    'max_per_run',
  ],
  ['19 in an hour', {budgets: {hour: count(19)}}, 'pass'],
  ['20 in an hour', {budgets: {hour: count(20)}}, 'postpone', 'max_per_hour'],
  ['100 in a day', {budgets: {day: count(100)}}, 'postpone', 'max_per_day'],
  ['200 of all rules in a day', {budgets: {dayOfAll: count(200)}}, 'postpone', 'max_per_day_of_all'],
  [
    'as many bytes as a run may lose',
    {limits: {maxBytesPerRun: 1_500}, budgets: {run: {count: 1, bytes: 500}}},
    'pass',
  ],
  [
    'a byte more',
    {limits: {maxBytesPerRun: 1_499}, budgets: {run: {count: 1, bytes: 500}}},
    'postpone',
    'max_bytes_per_run',
  ],
  ['S13 quarantine is counted', {action: 'quarantine', budgets: {run: count(10)}}, 'postpone', 'max_per_run'],
  ['tags are not counted', {action: 'tag', budgets: {run: count(10)}}, 'pass'],

  ['49 of 1,000', {budgets: {dayOfServer: count(49)}}, 'pass'],
  ['S19 50 of 1,000', {budgets: {dayOfServer: count(50)}}, 'suspend', 'max_share'],
  [
    'S13 ten of 1,000 done, and 40 more wanted at once',
    {budgets: {dayOfServer: count(10), heldBackOfServer: 40}},
    'suspend',
    'max_share',
  ],
  ['two of ten', {facts: {'server.population': 10}, budgets: {dayOfServer: count(2)}}, 'pass'],
  [
    'three of ten',
    {facts: {'server.population': 10}, budgets: {dayOfServer: count(3)}},
    'suspend',
    'max_share',
  ],
  [
    '50 of 1,000, and this one is protected',
    {facts: {tags: ['keep']}, budgets: {dayOfServer: count(50)}},
    'block',
    'kept',
  ],

  ['S13 nine of one tracker', {on: 'tracker.class', budgets: {runOfTracker: 9}}, 'pass'],
  [
    'S13 ten of one tracker',
    {on: 'tracker.class', budgets: {runOfTracker: 10}},
    'postpone',
    'max_per_tracker',
  ],
  ['ten of one tracker, and its words do not matter', {budgets: {runOfTracker: 10}}, 'pass'],
]

for (const [what, changes, answer, code] of rows) {
  test(`${what}: ${answer}`, () => {
    const {answer: given, objection} = judgeDecision(anItem(changes))
    expect([given, objection?.code]).toEqual([answer, code])
    expect(objection === null || objection.lift !== '').toBe(true)
  })
}

test('S29 who may not act is told of nothing else', () => {
  const {verdicts} = judgeDecision(anItem({mayControl: false, facts: {'content.ownersOther': 3}}))
  expect(verdicts.map(({guard}) => guard)).toEqual(['multiUser'])
})
