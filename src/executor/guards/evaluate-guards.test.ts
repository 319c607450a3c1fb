import type {LibraryDoubt} from '#model/arr.ts'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {ConditionTrace, LeafTrace} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerView} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import type {Ownership} from '#ownership/ownership.ts'
import type {GuardAnswer} from './rules/decision-guard.ts'
import {anItem, AT, type ItemChanges} from './rules/decision-item.fixture.ts'
import type {OrderedAs} from './ordered-as.ts'
import {evaluateGuards, refusalOf} from './evaluate-guards.ts'
import type {GuardedItem} from './guard.ts'

type Row = readonly [what: string, changes: ItemChanges, answer: GuardAnswer, code?: string]

const count = (n: number) => ({count: n, bytes: 0})
const ago = (seconds: number) => AT - seconds * 1_000
const owed: ItemChanges['facts'] = {'obligation.met': 'no', 'obligation.profile': 'x'}
const missing: ItemChanges = {
  action: 'failDownload',
  reason: 'missingFiles',
  on: 'path.filesFound',
  guards: {obligationOverride: 'Without its files it cannot seed what it owes.'},
}
const leafOf = (fact: LeafTrace['fact'], value: boolean, more: Partial<LeafTrace> = {}): LeafTrace => ({
  verdict: 'yes',
  fact,
  op: 'eq',
  threshold: false,
  window: null,
  actual: {value, observedAt: AT, source: 'R'},
  ...more,
})
const lost = {isOwn: true, before: 1_000, found: 0, place: '/srv/films'}
const cause: NonNullable<ItemChanges['commonCause']> = {
  what: 'tracker',
  name: 'one.example.org',
  serverId: null,
  servers: [],
  ruleId: 'r1' as never,
  torrents: 400,
  population: 1_000,
  action: 'quarantine',
}
/** Nothing of it is in the library, and no import is proven. */
const left: ItemChanges['facts'] = {
  'arr.id': 'R',
  'arr.queuePresent': false,
  'arr.importedEvidence': null,
  'arr.inLibrary': false,
}
const proven: ItemChanges['facts'] = {
  'arr.id': 'R',
  'arr.tracked': 'imported',
  'arr.importedEvidence': 'history/7',
}
const saidLeft: ConditionTrace = {
  verdict: 'yes',
  branch: 'all',
  parts: [leafOf('complete', true), leafOf('arr.inLibrary', false)],
}
const mounts = {source: 'MountCheck', holds: null} as const
const unseen = {source: 'RemotePathMappingCheck', holds: 'removals'} as const
const unreached = {source: 'DownloadClientStatusCheck', holds: 'removals'} as const
const rootless = {source: 'RootFolderCheck', holds: 'removals', about: {folders: ['/movies']}} as const
const searchless = {source: 'IndexerSearchCheck', holds: 'searches'} as const
const begun: ItemChanges['facts'] = {...owed, complete: false, state: 'stalledDown', progress: 0.4}

const givenUp: ItemChanges = {action: 'failDownload', reason: 'stalled'}

const rows: readonly Row[] = [
  ['nothing objects', {}, 'pass'],

  ...(
    [
      'stalled',
      'unavailable',
      'metadataStuck',
      'slow',
      'nothingWanted',
      'scoreUnmet',
      'worseThanFile',
    ] as const
  ).flatMap((reason): readonly Row[] => [
    [`S59 never complete, ${reason}`, {...givenUp, reason, facts: {complete: false}}, 'pass'],
    [
      `S59 complete once, ${reason}`,
      {...givenUp, reason, facts: {complete: false, wasComplete: true}},
      ...(['block', 'once_complete'] as const),
    ],
  ]),
  [
    'S59 nobody knows whether it ever was complete',
    {...givenUp, facts: {complete: false, wasComplete: undefined}},
    ...(['block', 'once_complete'] as const),
  ],
  [
    'S59 complete once, and a person said yes',
    {...givenUp, isAnswered: true, facts: {complete: false, wasComplete: true}},
    'pass',
  ],
  [
    'S59 complete once, and it is in the category for failures',
    {...givenUp, reason: 'failedCategory', facts: {complete: false, wasComplete: true}},
    'pass',
  ],
  [
    'S59 a tenth of what it has was there before it',
    {...givenUp, facts: {complete: false, progress: 0.6, downloaded: 540}},
    'pass',
  ],
  [
    'S59 more than a tenth of what it has was there before it',
    {...givenUp, facts: {complete: false, progress: 0.6, downloaded: 539}},
    ...(['block', 'not_downloaded'] as const),
  ],
  ...(['downloaded', 'progress', 'size'] as const).map((fact): Row => [
    `S59 nobody knows how much of it was downloaded: ${fact}`,
    {...givenUp, facts: {complete: false, [fact]: undefined}},
    ...(['block', 'not_downloaded'] as const),
  ]),
  [
    'S59 nothing of it is there, and nothing was downloaded: its files may be those of somebody else',
    {...givenUp, facts: {complete: false, progress: 0, downloaded: 0}},
    ...(['degrade', 'nothing_written'] as const),
  ],

  [
    'S59 its list of files never came',
    {...givenUp, facts: {complete: false, hasMetadata: false, size: undefined, progress: undefined}},
    'pass',
  ],
  [
    'S59 what was complete once owes what it owed, whoever gives it up',
    {action: 'failDownload', reason: 'missingFiles', facts: {...begun, wasComplete: true}},
    ...(['block', 'obligation_owed'] as const),
  ],

  ['S29 an owner without the right', {mayControl: false}, 'block', 'not_allowed'],

  ['removed twice before, and given up again', {...givenUp, facts: {'memory.timesRemoved': 2}}, 'pass'],
  ['removed thrice before', {...givenUp, facts: {'memory.timesRemoved': 3}}, 'block', 'comes_back'],
  [
    'removed thrice before, and a person said yes',
    {...givenUp, isAnswered: true, facts: {'memory.timesRemoved': 3}},
    'pass',
  ],
  ['removed thrice before, and it seeded enough', {facts: {'memory.timesRemoved': 3}}, 'pass'],
  ['nine releases of its item were given up', {...givenUp, download: {givenUp: 9}}, 'pass'],
  ['ten releases of its item were given up', {...givenUp, download: {givenUp: 10}}, 'block', 'comes_back'],
  [
    'Q43 the second because of its score in a week',
    {action: 'failDownload', reason: 'scoreUnmet', download: {givenUp: 1, givenUpByScore: 1}},
    'pass',
  ],
  [
    'Q43 the third because of its score in a week',
    {action: 'failDownload', reason: 'scoreUnmet', download: {givenUp: 2, givenUpByScore: 2}},
    'block',
    'comes_back',
  ],
  [
    'stalled, and two others were given up because of their score',
    {...givenUp, download: {givenUp: 2, givenUpByScore: 2}},
    'pass',
  ],
  [
    'ten releases of its item were given up, and it is to be searched',
    {action: 'arr.search', download: {givenUp: 10}},
    ...(['block', 'comes_back'] as const),
  ],

  ['S07 the tag keep', {facts: {tags: ['a', 'Keep']}}, 'block', 'kept'],
  ['S07 the tag keep, and only a tag is wanted', {action: 'tag', facts: {tags: ['keep']}}, 'block', 'kept'],
  ['qBitrr-ignored', {facts: {tags: ['qBitrr-ignored']}}, 'block', 'kept'],
  [
    'S07 rTorrent has one text for category and tags: keep alone',
    {facts: {category: 'keep'}},
    'block',
    'kept',
  ],
  ['S07 the tag as somebody typed it', {facts: {tags: [' Keep ']}}, 'block', 'kept'],
  [
    'S07 in full width, as a category, with characters that nobody sees',
    {facts: {category: '\u200bｋｅｅｐ\u00a0'}},
    'block',
    'kept',
  ],
  ['S07 to be ignored, with a blank', {facts: {tags: ['a', 'QBITRR-ignored ']}}, 'block', 'kept'],
  ['a tag that only contains keep', {facts: {tags: ['upkeep']}}, 'pass'],
  ['unknown tags', {facts: {tags: undefined}}, 'block', 'fact_unknown'],
  ['a pin', {facts: {'memory.protected': true}}, 'block', 'pinned'],
  [
    'a path that was brought back from the trash',
    {isOfPath: true, action: 'orphan.recycle', facts: {'memory.protected': true}},
    'block',
    'brought_back',
  ],
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
  ['a server that hides its categories', {server: {hidesCategories: true}}, 'postpone', 'categories_hidden'],
  ['an epoch of unknown age', {server: {epochFor: undefined}}, 'postpone', 'epoch_young'],

  ['an Arr that is well', {arr: {checks: []}}, 'pass'],
  ['an Arr that warns of something else', {arr: {checks: [mounts]}}, 'pass'],
  ['an Arr that does not see its downloads', {arr: {checks: [mounts, unseen]}}, 'postpone', 'arr_unwell'],
  [
    'an Arr that does not see its downloads, and one is given up',
    {action: 'failDownload', facts: {'arr.anyImported': false}, arr: {checks: [unseen]}},
    'postpone',
    'arr_unwell',
  ],
  [
    'an Arr that does not see its downloads, and shall import one',
    {action: 'arr.import', arr: {checks: [unseen]}},
    'postpone',
    'arr_unwell',
  ],
  [
    'an Arr that does not see its downloads, and what is not complete is given up',
    {...givenUp, facts: {...begun, 'arr.anyImported': false}, arr: {checks: [unseen]}},
    'pass',
  ],
  [
    'an Arr that does not reach its client, and what is not complete is given up',
    {...givenUp, facts: {...begun, 'arr.anyImported': false}, arr: {checks: [unreached]}},
    'postpone',
    'arr_unwell',
  ],
  ['an Arr that does not see its downloads, and a tag', {action: 'tag', arr: {checks: [unseen]}}, 'pass'],
  [
    'an Arr that does not see its downloads searches',
    {action: 'arr.search', arr: {checks: [unseen]}},
    'pass',
  ],
  ...(['remove', 'removeWithData', 'recycle', 'failDownload', 'arr.blocklist', 'move'] as const).flatMap(
    (action): readonly Row[] => [
      [
        `S60 an Arr that imports by hand, to ${action}`,
        {action, facts: {...proven, 'arr.anyImported': false}, arr: {fileWork: ['ManualImport']}},
        ...(['postpone', 'arr_at_work'] as const),
      ],
      [
        `S60 an Arr of which nobody knows what it does with files, to ${action}`,
        {action, facts: {...proven, 'arr.anyImported': false}, arr: {fileWork: undefined}},
        ...(['postpone', 'arr_work_unknown'] as const),
      ],
    ],
  ),
  [
    'S60 an Arr that imports by hand, and its words are those that its owner wants given up',
    {
      action: 'failDownload',
      reason: 'importRejected',
      facts: {'arr.id': 'R', 'arr.anyImported': false},
      arr: {fileWork: ['ManualImport']},
    },
    ...(['postpone', 'arr_at_work'] as const),
  ],
  [
    'S60 an Arr that imports by hand, and only a tag is wanted',
    {action: 'tag', arr: {fileWork: ['ManualImport']}},
    'pass',
  ],
  ['an Arr of another Commodarr', {arr: {isOthers: true}}, 'postpone', 'another_instance'],
  ['an Arr that misses a root folder', {arr: {checks: [rootless]}}, 'postpone', 'arr_unwell'],
  [
    'an Arr that misses a root folder, and what is not complete is given up',
    {action: 'failDownload', facts: {complete: false, 'arr.anyImported': false}, arr: {checks: [rootless]}},
    'pass',
  ],
  ...(['remove', 'removeWithData', 'recycle', 'extraFiles.recycle'] as const).map((action): Row => [
    `S51 what its Arr has was not seen in the library, to ${action}`,
    {action, facts: proven, arr: {unseen: {folder: '/movies', file: null}}},
    'postpone',
    'library_unseen',
  ]),
  ...(['removeWithData', 'recycle', 'extraFiles.recycle', 'failDownload', 'move'] as const).flatMap(
    (action): Row[] => [
      [
        `S51 a library that lies in its data, to ${action}`,
        {action, facts: {'arr.anyImported': false}, library: {is: 'has', path: '/media/First Film (2020)'}},
        'block',
        'in_library',
      ],
      [
        `S51 an Arr that does not say what it has where its data lies, to ${action}`,
        {action, facts: {'arr.anyImported': false}, library: {is: 'silent', folder: '/media'}},
        'postpone',
        'library_unknown',
      ],
    ],
  ),
  [
    'S51 an Arr that never said where its library is',
    {library: {is: 'unheard'}},
    'postpone',
    'library_unknown',
  ],
  ...(['remove', 'stop', 'tag', 'quarantine', 'copyTo'] as const).map((action): Row => [
    `S51 a library that lies in its data, to ${action}`,
    {action, library: {is: 'has', path: '/media/First Film (2020)'}},
    'pass',
  ]),
  [
    'S51 a library that lies in its data, which its server moves with its category',
    {action: 'category', facts: {autoManaged: true}, library: {is: 'has', path: '/media/First Film (2020)'}},
    'block',
    'in_library',
  ],
  [
    'S51 a library that lies in its data, and a category that moves nothing',
    {action: 'category', facts: {autoManaged: false}, library: {is: 'has', path: '/media/First Film (2020)'}},
    'pass',
  ],
  [
    'S51 a library that lies in its data, which stays, as others need it',
    {facts: {'content.ownersOther': 1}, library: {is: 'has', path: '/media/First Film (2020)'}},
    'degrade',
    'other_owners',
  ],
  [
    'S51 what its Arr refused, as it has a better one that was not seen, is not given up',
    {
      action: 'failDownload',
      facts: {complete: true, 'arr.anyImported': false},
      arr: {unseen: {folder: '/movies', file: '/movies/a/a.mkv'}},
    },
    'postpone',
    'library_unseen',
  ],
  [
    'S51 what its Arr has was not seen, and only a tag is wanted',
    {action: 'tag', arr: {unseen: {folder: '/movies', file: null}}},
    'pass',
  ],
  ...(['ignored', 'recategorized', 'imported_as_other'] as const).flatMap((taken) =>
    (['remove', 'removeWithData', 'recycle', 'failDownload', 'arr.blocklist'] as const).map((action): Row => [
      `S52 ${taken} by a person, to ${action}`,
      {action, facts: {...proven, 'arr.anyImported': false}, arr: {taken}},
      'block',
      'taken_over',
    ]),
  ),
  ['S52 ignored by a person, and only a tag is wanted', {action: 'tag', arr: {taken: 'ignored'}}, 'pass'],
  [
    'S52 moved by a person to where failures go: that is what he said',
    {
      action: 'failDownload',
      reason: 'failedCategory',
      facts: {'arr.anyImported': false},
      arr: {taken: 'recategorized'},
    },
    'pass',
  ],
  ...(['failDownload', 'arr.blocklist'] as const).map((action): Row => [
    `S05 on another server too, to ${action}`,
    {action, facts: {'arr.anyImported': false}, arr: {taken: 'copied'}},
    'block',
    'taken_over',
  ]),
  [
    'S05 on another server too, and removed',
    {action: 'remove', facts: {...proven, 'arr.anyImported': false}, arr: {taken: 'copied'}},
    'pass',
  ],
  [
    'S52 not monitored any more, and given up',
    {action: 'failDownload', facts: {'arr.anyImported': false}, arr: {taken: 'unmonitored'}},
    'block',
    'taken_over',
  ],
  ['S52 not monitored any more, and proven', {facts: proven, arr: {taken: 'unmonitored'}}, 'pass'],
  ['an Arr of unknown health', {arr: {checks: undefined}}, 'postpone', 'arr_health_unknown'],
  ['an Arr of unknown health searches', {action: 'arr.search', arr: {checks: undefined}}, 'pass'],
  ['an Arr without indexers', {arr: {checks: [searchless]}}, 'pass'],
  [
    'an Arr without indexers searches',
    {action: 'arr.search', arr: {checks: [searchless]}},
    'postpone',
    'arr_without_indexers',
  ],

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
  ['S03 the clock jumped: seen for nobody knows how long', {now: undefined}, 'postpone', 'seen_for'],
  [
    'S03 first seen in what the clock calls the future',
    {facts: {firstSeenAt: AT + DAY * 1_000}},
    'postpone',
    'seen_for',
  ],
  [
    'S03 the clock jumped: changed by hand nobody knows how long ago',
    {now: undefined, facts: {'memory.lastManualChangeAt': ago(DAY)}},
    'block',
    'changed_by_hand',
  ],
  ['unknown whether complete', {facts: {complete: undefined}}, 'block', 'fact_unknown'],

  ['S23 checking', {facts: {state: 'checking'}}, 'postpone', 'busy'],
  ['S23 moving', {facts: {state: 'moving'}}, 'postpone', 'busy'],

  ['a move that nothing stands against', {action: 'move'}, 'pass'],
  ['a move, however new the torrent', {action: 'move', facts: {age: 0, 'obligation.met': 'no'}}, 'pass'],
  ['S23 a move of what is checked', {action: 'move', facts: {state: 'checking'}}, 'postpone', 'busy'],
  [
    'a move of data that others use',
    {action: 'move', facts: {'content.ownersOther': 1}},
    'block',
    'other_owners',
  ],
  [
    'another category with its data, and others use it',
    {action: 'category', params: {moveData: true}, facts: {'content.ownersOther': 1}},
    'block',
    'other_owners',
  ],
  ['another category alone', {action: 'category', facts: {'content.ownersOther': 1}}, 'pass'],
  [
    'a move of data that nobody knows the users of',
    {action: 'move', facts: {'content.ownersOther': undefined}},
    'postpone',
    'owners_unknown',
  ],
  [
    'a move of what its Arr imports',
    {action: 'move', facts: {'arr.id': 'R', 'arr.tracked': 'importing'}},
    'block',
    'import_waiting',
  ],
  ['a move of what was never imported', {action: 'move', facts: left}, 'pass'],
  [
    'a move on a server that warms up',
    {action: 'move', facts: {'server.status': 'warming'}},
    'postpone',
    'server_not_online',
  ],
  [
    'S08 a move from a disk that is away',
    {action: 'move', facts: {'path.mounted': false}},
    'block',
    'disk_missing',
  ],
  ['a move beside four', {action: 'move', server: {movesUnderWay: 4}}, 'pass'],
  ['a move beside five', {action: 'move', server: {movesUnderWay: 5}}, 'postpone', 'moves_under_way'],
  ['a stop beside five moves', {action: 'stop', server: {movesUnderWay: 5}}, 'pass'],

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
    {facts: {'path.mounted': undefined, 'path.readable': undefined}, why: 'notSupported'},
    'pass',
  ],
  [
    'S08 the data of a disk that nobody can tell to be there',
    {facts: {'path.mounted': undefined, 'path.readable': undefined}, why: 'unreadable'},
    'block',
    'disk_unknown',
  ],
  [
    'S08 of such a disk the torrent without its data',
    {action: 'remove', facts: {'path.mounted': undefined, 'path.readable': undefined}, why: 'unreadable'},
    'pass',
  ],
  [
    'S08 missing files of a disk that nobody can tell to be there',
    {action: 'remove', reason: 'missingFiles', facts: {'path.mounted': undefined}, why: 'unreadable'},
    'block',
    'disk_unknown',
  ],

  [
    'S25 four fifths of trackers failing',
    {on: 'stalledFor', server: {trackersFailing: 0.8}},
    'postpone',
    'internet_down',
  ],
  ['fewer trackers failing', {on: 'stalledFor', server: {trackersFailing: 0.79}}, 'pass'],
  [
    'unknown how many trackers fail, and it would be true without them',
    {
      evidence: {
        verdict: 'yes',
        branch: 'any',
        parts: [leafOf('sinceActivity', true), leafOf('gained', true, {verdict: 'no'})],
      },
      server: {trackersFailing: undefined},
    },
    'pass',
  ],
  [
    'unknown how many trackers fail, and it is true by what only they could explain',
    {
      evidence: {
        verdict: 'yes',
        branch: 'any',
        parts: [leafOf('sinceActivity', true, {verdict: 'no'}), leafOf('gained', true)],
      },
      server: {trackersFailing: undefined},
    },
    'postpone',
    'internet_down',
  ],
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
  [
    'S25 no tracker is dead while all are',
    {action: 'tracker.remove', on: 'tracker.message', server: {trackersFailing: 1}},
    'postpone',
    'internet_down',
  ],
  [
    'a tracker is taken off by its name, also while all fail',
    {action: 'tracker.remove', on: 'tracker.hosts', server: {trackersFailing: 1}},
    'pass',
  ],
  ['all trackers failing, and the rule asks for the ratio', {server: {trackersFailing: 1}}, 'pass'],

  ...(['importPending', 'importing', 'importBlocked', 'importFailed'] as const).map((tracked): Row => [
    `S26 the Arr says ${tracked}`,
    {facts: {'arr.id': 'R', 'arr.tracked': tracked}},
    'block',
    'import_waiting',
  ]),
  ['the Arr says imported, and proves it', {facts: proven}, 'pass'],
  ...(['remove', 'removeWithData', 'recycle', 'extraFiles.recycle'] as const).flatMap((action): Row[] => [
    [`S27 left the queue, no proof, to ${action}`, {action, facts: left}, 'block', 'import_unproven'],
    [
      `S27 left the queue, the Arr does not prove anything now, to ${action}`,
      {action, facts: {...left, 'arr.importedEvidence': undefined}},
      'block',
      'import_unknown',
    ],
    [
      `P1 the Arr says imported, its history does not, to ${action}`,
      {action, facts: {...proven, 'arr.importedEvidence': null}},
      'block',
      'import_unproven',
    ],
  ]),
  [
    'S27 the rule says it left the library, and waited',
    {facts: left, evidence: saidLeft, isHeld: true},
    'pass',
  ],
  [
    'S27 it says so by "not in the library"',
    {
      facts: left,
      isHeld: true,
      evidence: {verdict: 'yes', branch: 'not', parts: [leafOf('arr.inLibrary', false, {verdict: 'no'})]},
    },
    'pass',
  ],
  [
    'S27 the rule says it left the library, and did not wait',
    {facts: left, evidence: saidLeft},
    'block',
    'import_unproven',
  ],
  [
    'S27 the condition of its action says it left the library, for which nothing waited',
    {facts: left, besides: [saidLeft], isHeld: true},
    'block',
    'import_unproven',
  ],
  [
    'S27 the rule says it left the library, and it is there again',
    {facts: {...left, 'arr.inLibrary': true}, evidence: saidLeft, isHeld: true},
    'block',
    'import_unproven',
  ],
  [
    'S27 the rule says it left the library, and the Arr does not answer',
    {facts: {...left, 'arr.inLibrary': undefined}, evidence: saidLeft, isHeld: true},
    'block',
    'import_unproven',
  ],
  [
    'S27 the rule looks at the library, and is true for another reason',
    {
      facts: left,
      isHeld: true,
      evidence: {
        verdict: 'yes',
        branch: 'any',
        parts: [leafOf('complete', true), leafOf('arr.inLibrary', false, {verdict: 'no', threshold: true})],
      },
    },
    'block',
    'import_unproven',
  ],
  [
    'S27 the rule says it left the library, and its tracker is owed',
    {facts: {...left, ...owed}, evidence: saidLeft, isHeld: true},
    'block',
    'obligation_owed',
  ],
  [
    'S27 the rule says it left the library, and it waits to be imported',
    {
      evidence: saidLeft,
      isHeld: true,
      facts: {...left, 'arr.queuePresent': true, 'arr.tracked': 'importPending'},
    },
    'block',
    'import_waiting',
  ],
  ['S27 left the queue, to be given up', {action: 'quarantine', facts: left}, 'pass'],
  [
    'grabbed by an Arr that is not there any more, without a proof',
    {download: {wasGrabbed: true}},
    'block',
    'import_unproven',
  ],
  [
    'grabbed by an Arr that is not there any more, which proved it',
    {download: {wasGrabbed: true, importedAt: ago(DAY)}},
    'pass',
  ],
  ...([null, undefined] as const).map((proof): Row => [
    `S26 it goes as it is imported, and the proof is ${proof} now`,
    {on: 'arr.importedEvidence', facts: {...proven, 'arr.importedEvidence': proof}},
    'block',
    proof === null ? 'import_unproven' : 'import_unknown',
  ]),
  ['it goes as it is imported, and is proven to be', {on: 'arr.importedEvidence', facts: proven}, 'pass'],
  [
    'S25 it is called stalled while trackers fail, whatever that was seen by',
    {action: 'failDownload', reason: 'stalled', on: 'state', server: {trackersFailing: 0.9}},
    'postpone',
    'internet_down',
  ],
  [
    'imported 14:59 ago',
    {facts: proven, download: {importedAt: ago(15 * MINUTE - 1)}},
    'postpone',
    'just_imported',
  ],
  ['imported 15 min ago', {facts: proven, download: {importedAt: ago(15 * MINUTE)}}, 'pass'],
  [
    'S03 the clock jumped: imported nobody knows how long ago',
    {facts: {...proven, complete: false}, now: undefined, download: {importedAt: ago(DAY)}},
    'postpone',
    'just_imported',
  ],
  ['an Arr that does not answer', {facts: {'arr.id': 'R'}}, 'block', 'import_unknown'],
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
    'media that a probe could not read, while its Arr looks for a sample',
    {
      action: 'failDownload',
      reason: 'mediaUnreadable',
      on: 'media.valid',
      facts: {'arr.id': 'R', 'arr.tracked': 'importPending', 'arr.anyImported': false},
    },
    'pass',
  ],
  [
    'media that is called unreadable without a probe',
    {
      action: 'failDownload',
      reason: 'mediaUnreadable',
      on: 'name',
      facts: {'arr.id': 'R', 'arr.tracked': 'importPending', 'arr.anyImported': false},
    },
    'block',
    'import_waiting',
  ],
  [
    'a pack with media that cannot be read, of which a part is imported',
    {
      action: 'failDownload',
      reason: 'mediaUnreadable',
      on: 'media.valid',
      facts: {'arr.id': 'R', 'arr.tracked': 'importBlocked', 'arr.anyImported': true},
    },
    'block',
    'imported_in_part',
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
  ['B.7 owed, and its folder is cleared', {action: 'extraFiles.recycle', facts: owed}, 'pass'],
  [
    'B.7 private without a profile, and its folder is cleared',
    {action: 'extraFiles.recycle', facts: {isPrivate: true, ratio: 0}},
    'pass',
  ],
  [
    'B.7 others have data in the folder that is to be cleared',
    {action: 'extraFiles.recycle', facts: {'content.ownersOther': 1}},
    'degrade',
    'other_owners',
  ],
  [
    'B.7 the folder that is to be cleared is kept by a tag',
    {action: 'extraFiles.recycle', facts: {tags: ['keep']}},
    'block',
    'kept',
  ],
  [
    'B.7 S08 the folder that is to be cleared is on a disk that is away',
    {action: 'extraFiles.recycle', facts: {'path.mounted': false}},
    'block',
    'disk_missing',
  ],
  [
    'B.7 many folders were cleared on this server today: no torrent is lost',
    {action: 'extraFiles.recycle', budgets: {dayOfServer: count(60)}},
    'pass',
  ],
  [
    'B.7 ten folders were cleared in this run',
    {action: 'extraFiles.recycle', budgets: {run: count(10)}},
    'postpone',
    'max_per_run',
  ],
  ['owed, and its rule says why not', {facts: owed, guards: {obligationOverride: 'tracker closed'}}, 'pass'],
  ...(['missingFiles', 'error'] as const).flatMap((state): Row[] => [
    [
      `S32 owed, its rule says why not, its server cannot read it (${state}), and files of others are seen`,
      {...missing, facts: {...owed, state, 'path.othersFound': true}},
      'pass',
    ],
    [
      `S32 owed, and no files of others are seen (${state})`,
      {...missing, facts: {...owed, state, 'path.othersFound': false}},
      'block',
      'obligation_disk_unproven',
    ],
    [
      `S32 owed, and nobody could look for files of others (${state})`,
      {...missing, facts: {...owed, state}, why: 'unreadable'},
      'block',
      'obligation_disk_unproven',
    ],
  ]),
  [
    'S32 private without a profile, and no files of others are seen',
    {...missing, facts: {isPrivate: true, ratio: 0, state: 'missingFiles', 'path.othersFound': false}},
    'block',
    'obligation_disk_unproven',
  ],
  [
    'S32 nothing is owed, and no files of others are seen',
    {...missing, facts: {state: 'missingFiles', 'path.othersFound': false}},
    'pass',
  ],
  ['stalled below the end, and failed', {action: 'failDownload', reason: 'stalled', facts: begun}, 'pass'],
  ['stalled below the end, and only removed', {reason: 'stalled', facts: begun}, 'block', 'obligation_owed'],
  [
    'S37 called unregistered below the end, not for a day yet, and given up',
    {action: 'failDownload', reason: 'unregistered', facts: begun},
    'block',
    'obligation_owed',
  ],
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
    'S18 private, added again over its files: ratio 1 of the 2 % that it downloaded',
    {facts: {isPrivate: true, ratio: 1, downloaded: 20, uploaded: 20}},
    'block',
    'private_default',
  ],
  [
    'S18 private, added again over its files, and as much uploaded as it has',
    {facts: {isPrivate: true, ratio: 50, downloaded: 20, uploaded: 1_000}},
    'pass',
  ],
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
    'S55 private, seeded, and nothing is found of it any more',
    {facts: {isPrivate: true, complete: false, progress: 0, ratio: 0, seedingTime: 0, seedingObserved: 600}},
    'block',
    'private_default',
  ],
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
  ...(['removeWithData', 'recycle'] as const).map((action): Row => [
    `it never had a byte, to ${action}`,
    {action, facts: {progress: 0, downloaded: 0, complete: false}},
    'degrade',
    'nothing_written',
  ]),
  ['it had bytes that are gone', {facts: {progress: 0, downloaded: 5, complete: false}}, 'pass'],
  [
    'it never had a byte, and only the torrent goes',
    {action: 'remove', facts: {progress: 0, downloaded: 0, complete: false}},
    'pass',
  ],
  [
    'another has the data, and only the torrent goes',
    {action: 'remove', facts: {'content.ownersOther': 1}},
    'pass',
  ],
  ...(['removeWithData', 'recycle', 'extraFiles.recycle'] as const).map((action): Row => [
    `S05 S09 S30 nobody can say who has its data, to ${action}`,
    {action, facts: {'content.ownersOther': undefined}},
    'postpone',
    'owners_unknown',
  ]),
  [
    'S05 nobody can say who has its data, and only the torrent goes',
    {action: 'remove', facts: {'content.ownersOther': undefined}},
    'pass',
  ],
  [
    'S47 others have some of its files, and those that nobody else has are set aside',
    {action: 'recycle', facts: {'content.ownersOther': 1, 'content.exclusiveFiles': 2}},
    'pass',
  ],
  [
    'S47 others have some of its files, and its server would remove them all',
    {facts: {'content.ownersOther': 1, 'content.exclusiveFiles': 2}},
    'degrade',
    'other_owners',
  ],
  ['unknown who has the data', {facts: {'content.ownersOther': undefined}}, 'postpone', 'owners_unknown'],
  [
    'S32 to check what nobody sees, as its server reports an error',
    {action: 'recheck', reason: 'errored', facts: {'path.mounted': undefined}, why: 'notSupported'},
    'block',
    'disk_unknown',
  ],
  [
    'S32 to check what lies on a disk that is away',
    {action: 'recheck', reason: 'errored', facts: {'path.mounted': false}},
    'block',
    'disk_missing',
  ],
  [
    'somebody marked it for a check, on a disk of another machine',
    {action: 'recheck', reason: 'recheckCategory', facts: {'path.mounted': undefined}, why: 'notSupported'},
    'pass',
  ],
  ...(['error', 'missingFiles'] as const).map((state): Row => [
    `S32 its server cannot read its data (${state}), and nobody sees the disk`,
    {facts: {state, 'path.mounted': undefined}, why: 'notSupported'},
    'block',
    'disk_unknown',
  ]),
  ['S32 its server cannot read its data, and we see the disk', {facts: {state: 'error'}}, 'pass'],
  ...(['media.valid', 'progress', 'arr.rejectClasses'] as const).flatMap((on): Row[] => [
    [
      `S32 for what is told of its content (${on}), before its server checked it`,
      {facts: {state: 'missingFiles'}, on},
      'block',
      'not_checked',
    ],
    [`S32 for what is told of its content (${on}), without an error`, {on}, 'pass'],
    [
      `S32 to tag it for what is told of its content (${on})`,
      {action: 'tag', facts: {state: 'missingFiles'}, on},
      'pass',
    ],
  ]),
  [
    'S32 as it is not complete, by a server that cannot read it',
    {action: 'remove', facts: {state: 'error', complete: false}, on: 'complete'},
    'block',
    'not_checked',
  ],
  [
    'S32 as none of its files is there, which we see',
    {action: 'remove', reason: 'missingFiles', facts: {state: 'missingFiles'}, on: 'path.filesFound'},
    'pass',
  ],
  ['S32 the first check', {action: 'recheck', reason: 'errored'}, 'pass'],
  [
    'S32 a check soon after another one',
    {action: 'recheck', repairs: {count: 1, nextAt: AT + 1}},
    'postpone',
    'repaired_lately',
  ],
  ['S32 a check some time after another one', {action: 'recheck', repairs: {count: 2, nextAt: AT}}, 'pass'],
  [
    'S32 three checks that did not help',
    {action: 'recheck', repairs: {count: 3, nextAt: AT}},
    'block',
    'repaired_often',
  ],
  [
    'a move to another place',
    {action: 'move', moves: {returns: 5, isReturn: false, rules: ['a', 'b']}},
    'pass',
  ],
  ['a second way back', {action: 'move', moves: {returns: 1, isReturn: true, rules: ['a', 'b']}}, 'pass'],
  [
    'rules that move it to and fro',
    {action: 'move', moves: {returns: 2, isReturn: true, rules: ['a', 'b']}},
    'block',
    'moved_to_and_fro',
  ],
  [
    'the same by categories of a server that moves by them',
    {action: 'category', facts: {autoManaged: true}, moves: {returns: 2, isReturn: true, rules: ['a']}},
    'block',
    'moved_to_and_fro',
  ],
  [
    'the same where nobody knows whether it does',
    {action: 'category', moves: {returns: 2, isReturn: true, rules: ['a']}},
    'block',
    'moved_to_and_fro',
  ],
  [
    'the same where it does not',
    {action: 'category', facts: {autoManaged: false}, moves: {returns: 9, isReturn: true, rules: ['a']}},
    'pass',
  ],
  [
    'the same, and somebody said yes',
    {action: 'move', moves: {returns: 2, isReturn: true, rules: ['a', 'b']}, isAnswered: true},
    'pass',
  ],
  [
    'three checks that did not help, and somebody said yes to one more',
    {action: 'recheck', repairs: {count: 3, nextAt: AT}, isAnswered: true},
    'pass',
  ],
  [
    'S50 its server has checked enough within an hour',
    {action: 'recheck', checksOfServer: 20},
    'postpone',
    'max_checks_per_hour',
  ],
  ['S50 to remove where much was checked', {checksOfServer: 20}, 'pass'],
  ['S50 to remove what many are in trouble with', {commonCause: cause}, 'postpone', 'common_cause'],
  [
    'S50 to have checked what many are in trouble with',
    {action: 'recheck', commonCause: cause},
    'postpone',
    'common_cause',
  ],
  ['S50 to tag what many are in trouble with', {action: 'tag', commonCause: cause}, 'pass'],
  ['S50 somebody said yes to it all the same', {commonCause: cause, isAnswered: true}, 'pass'],
  ['S58 to remove while protections are gone', {lostSettings: 2}, 'postpone', 'lost_settings'],
  ['S58 to recycle it', {action: 'recycle', lostSettings: 2}, 'postpone', 'lost_settings'],
  ['S58 to move it', {action: 'move', lostSettings: 1}, 'postpone', 'lost_settings'],
  ['S58 to copy it', {action: 'copyTo', lostSettings: 1}, 'postpone', 'lost_settings'],
  ['S58 to blocklist it', {action: 'arr.blocklist', lostSettings: 1}, 'postpone', 'lost_settings'],
  ['S58 to give it up', {action: 'failDownload', lostSettings: 1}, 'postpone', 'lost_settings'],
  [
    'S58 to delete what nobody claims',
    {action: 'orphan.delete', isOfPath: true, lostSettings: 1},
    'postpone',
    'lost_settings',
  ],
  ['S58 to have a program do something', {action: 'exec', lostSettings: 1}, 'postpone', 'lost_settings'],
  ['S58 to empty the trash', {action: 'purge', lostSettings: 1}, 'postpone', 'lost_settings'],
  ['S58 somebody said yes before', {lostSettings: 1, isAnswered: true}, 'postpone', 'lost_settings'],
  ['S58 to stop it, all else goes on', {action: 'stop', lostSettings: 1}, 'pass'],
  ['S58 to search again', {action: 'arr.search', lostSettings: 1}, 'pass'],
  ['S58 to import a copy', {action: 'arr.import', params: {mode: 'copy'}, lostSettings: 1}, 'pass'],
  ['S58 to import it', {action: 'arr.import', lostSettings: 1}, 'postpone', 'lost_settings'],
  ...['move', 'auto'].map(
    (mode) =>
      [
        `S58 to import it: ${mode}`,
        {action: 'arr.import', params: {mode}, lostSettings: 1},
        'postpone',
        'lost_settings',
      ] as const,
  ),
  ['S55 to remove what a check found gone', {lostInCheck: lost}, 'block', 'lost_in_check'],
  ['S55 to start what a check found gone', {action: 'start', lostInCheck: lost}, 'block', 'lost_in_check'],
  ['S55 to stop what a check found gone', {action: 'stop', lostInCheck: lost}, 'pass'],
  ['S55 to check it again', {action: 'recheck', lostInCheck: lost}, 'block', 'lost_in_check'],
  ['S55 somebody said yes before', {lostInCheck: lost, isAnswered: true}, 'block', 'lost_in_check'],
  ['S55 to note something of it', {action: 'note', lostInCheck: lost}, 'pass'],
  [
    'S55 to check another one on its disk',
    {action: 'recheck', lostInCheck: {...lost, isOwn: false}},
    'block',
    'lost_in_check',
  ],
  ['S55 to remove another one on its disk', {lostInCheck: {...lost, isOwn: false}}, 'pass'],
  [
    'S50 to start again what stopped by an error, time and again',
    {action: 'start', facts: {state: 'error'}, repairs: {count: 3, nextAt: AT}},
    'block',
    'repaired_often',
  ],
  [
    'to start what was stopped, time and again',
    {action: 'start', facts: {state: 'stopped'}, repairs: {count: 3, nextAt: AT}},
    'pass',
  ],
  [
    'S32 its files are missing on a disk that nobody sees',
    {
      action: 'failDownload',
      reason: 'missingFiles',
      params: {keepsData: true},
      facts: {'path.mounted': undefined},
      why: 'notSupported',
    },
    'block',
    'disk_unknown',
  ],
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

  [
    'taken back from its quarantine by a person',
    {reason: 'unregistered', quarantine: {isTakenBack: true}},
    'block',
    'taken_back',
  ],
  [
    'taken back from its quarantine by a person, and set aside again',
    {action: 'quarantine', quarantine: {isTakenBack: true}},
    'block',
    'taken_back',
  ],
  [
    'taken back from its quarantine by a person, and only a tag is wanted',
    {action: 'tag', quarantine: {isTakenBack: true}},
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
  [
    'S50 nine of 50,000 done, and 90 more wanted at once',
    {facts: {'server.population': 50_000}, budgets: {run: count(9), heldBackOfServer: 90}},
    'pass',
  ],
  [
    'S50 ten of 50,000 done, and 90 more wanted at once',
    {facts: {'server.population': 50_000}, budgets: {run: count(10), heldBackOfServer: 90}},
    'suspend',
    'max_share',
  ],
  [
    'of 100 entries four in its folder, and 60 in others',
    {
      isOfPath: true,
      quarantine: {isOver: true, until: AT},
      action: 'orphan.recycle',
      facts: {'path.entries': 100},
      budgets: {day: count(64), dayOfFolder: count(4)},
    },
    'pass',
  ],
  [
    'of 100 entries five in its folder',
    {
      isOfPath: true,
      action: 'orphan.recycle',
      facts: {'path.entries': 100},
      budgets: {dayOfFolder: count(5)},
    },
    'suspend',
    'max_share',
  ],
  [
    'of 100 entries two in its folder, and three more wanted at once',
    {
      isOfPath: true,
      action: 'orphan.recycle',
      facts: {'path.entries': 100},
      budgets: {dayOfFolder: count(2), heldBackOfFolder: 3},
    },
    'suspend',
    'max_share',
  ],
  [
    'ten files of many folders done, and 90 more wanted at once',
    {
      isOfPath: true,
      action: 'orphan.recycle',
      facts: {'path.entries': 9_000},
      budgets: {run: count(9), heldBackOfServer: 91},
    },
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
    const {answer: given, objection} = evaluateGuards(anItem(changes))
    expect([given, objection?.code]).toEqual([answer, code])
    expect(objection === null || objection.lift !== '').toBe(true)
  })
}

test('every word by which a guard objects is the answer of a row above', () => {
  const folder = join(import.meta.dirname, 'rules')
  const files = readdirSync(folder).filter((it) => !/\.(test|fixture)\.ts$/.test(it))
  const words = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    return [...text.matchAll(/'([a-z]+(?:_[a-z]+)+)'|code: '([a-z]+)'|yours\('([a-z]+)'/g)].map(
      ([, long, short, yours]) => long ?? short ?? yours!,
    )
  })
  expect(words.length).toBeGreaterThan(40)
  const answered = new Set(rows.map(([, , , code]) => code))
  expect(words.filter((it) => !answered.has(it))).toEqual([])
})

test('S29 an actor without permission learns nothing else', () => {
  const {verdicts} = evaluateGuards(anItem({mayControl: false, facts: {'content.ownersOther': 3}}))
  expect(verdicts.map(({guard}) => guard)).toEqual(['multiUser'])
})

test('S30 why data is kept is shown in the words of the one who looked', () => {
  const detail = 'Shed may have something there and has not been online since yesterday.'
  const lift = (more: {detail?: string}) =>
    evaluateGuards({
      ...anItem(),
      fact: (name) =>
        name === 'content.ownersOther'
          ? {unknown: 'unreadable', since: null, source: 'A', ...more}
          : anItem().fact(name),
    }).objection!.lift
  expect(lift({detail})).toBe(detail)
  expect(lift({})).toBe('It has to be known who else uses its data.')
})

test('S51 why the Arr’s copy is doubted is shown with the folder', () => {
  const lift = (unseen: LibraryDoubt) =>
    evaluateGuards(anItem({facts: proven, arr: {unseen}})).objection!.lift
  expect(lift({folder: '/movies', file: null})).toBe('The folder /movies of its library is not there.')
  expect(lift({folder: '/movies', file: '/movies/a.mkv'})).toContain('has /movies/a.mkv in its library')
  expect(evaluateGuards(anItem({arr: {checks: [rootless]}})).objection!.lift).toBe(
    'Its Arr has to see its library again: RootFolderCheck is red there.',
  )
})

test('a frozen Arr is named with the checks that have to be well again', () => {
  const {objection} = evaluateGuards(anItem({arr: {checks: [mounts, unseen]}}))
  expect(objection).toMatchObject({
    guard: 'freeze',
    detail: {checks: ['RemotePathMappingCheck']},
    lift: 'Its Arr has to see its downloads again: RemotePathMappingCheck is red there.',
  })
})

test.each([
  ['serverNotOnline', 'Its server has to be online.'],
  ['frozen', 'Its server lacks many torrents: they have to be back, or to be gone for certain.'],
  ['stale', 'Its server has to list it.'],
  ['missing', 'Its server has to report its tags.'],
] as const)('what is unknown because of %s says what has to change', (unknown, lift) => {
  const {verdicts} = evaluateGuards({
    ...anItem(),
    fact: (name) => (name === 'tags' ? {unknown, since: null, source: 'A'} : anItem().fact(name)),
  })
  expect(verdicts.find(({guard}) => guard === 'userFirst')).toMatchObject({code: 'fact_unknown', lift})
})

/** A rule removes a torrent with its data, and everything speaks against that. */
const worst: GuardedItem = {
  key: {serverId: asServerId('A'), hash: '0'.repeat(40) as InfoHash},
  command: {verb: 'removeWithData', args: {}},
  takesData: 'all',
  torrent: null,
  objection: () => new CommodarrError('server_not_online', 'It is away.'),
  server: {features: {removeWithData: {support: 'none', reason: 'It cannot.'}}} as unknown as ServerView,
  ordered: {before: null, now: {} as OrderedAs},
  ownership: null,
  touched: {taken: [], landedOn: [], occupied: ['/a'], doubts: []},
  linkOut: 'A link leads out.',
  stranger: 'A stranger.',
  acceptsDoubt: false,
  isLost: true,
  isUnread: true,
  isByRule: true,
  space: {code: 'not_enough_space', message: 'It is full.'},
  limitEnd: null,
  words: {server: () => null, sees: () => true, hasLeft: () => false, nameOf: () => undefined},
  underWay: () => ({code: 'not_ready', message: 'It is being removed.'}),
  withdrawn: () => ({code: 'changed_meanwhile', message: 'rule_revision'}),
}

test('of a command the first guard that objects counts, and its decision is asked again last', () => {
  const mended: readonly (readonly [words: string, by: Partial<GuardedItem>])[] = [
    ['It is away.', {objection: () => null}],
    ['no torrent with this hash', {torrent: {} as TorrentRecord}],
    ['did not list it when this was ordered', {ordered: null}],
    ['A check found much less', {isLost: false}],
    ['added by a link', {isUnread: false}],
    ['It cannot.', {server: null}],
    ['not been checked yet', {ownership: {owners: [], doubts: [], spare: null}}],
    ['A link leads out.', {linkOut: null}],
    ['A stranger.', {stranger: null}],
    ['is there already', {touched: null}],
    ['It is full.', {space: null}],
    ['Rules set no such limit', {limitEnd: undefined}],
    ['It is being removed.', {underWay: () => null}],
    ['rule_revision', {withdrawn: () => null}],
  ]
  const item = {...worst}
  for (const [words, by] of mended) {
    expect(refusalOf(item)?.message).toContain(words)
    Object.assign(item, by)
  }
  expect(refusalOf(item)).toBeNull()
})

test('what guards rules alone, or people alone, says nothing of the other', () => {
  const ended = {owners: [{key: worst.key}], doubts: [], spare: null} as unknown as Ownership
  const start: GuardedItem = {
    ...worst,
    command: {verb: 'start', args: {}},
    takesData: null,
    torrent: {} as TorrentRecord,
    objection: () => null,
    server: null,
    ordered: null,
    touched: null,
    space: null,
    ownership: ended,
    withdrawn: null,
  }
  expect(refusalOf({...start, isByRule: false})).toMatchObject({confirmWith: 'accepts_others'})
  const withoutOwners = {...start, ownership: null}
  expect(refusalOf({...withoutOwners, isByRule: false})).toBeNull()
  expect(refusalOf(withoutOwners)?.code).toBe('changed_meanwhile')
})
