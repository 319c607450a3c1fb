/** The English texts of what is known of searches. The pages have them in their own language; the API answers in these. */
import type {SearchHold, SearchPause, SearchReason, SearchResult} from './searching.ts'

const holds = {
  'search.hold.unmonitored': 'Not searched: not monitored in its Arr.',
  'search.hold.unreleased': 'Not searched: not out yet.',
  'search.hold.grace': 'Waiting for the RSS feeds of its Arr first.',
  'search.hold.in_queue': 'Already in the queue of its Arr.',
  'search.hold.running': 'Being searched now.',
  'search.hold.resting': 'Resting after a search, or until its profile or indexers change.',
  'search.hold.searched_enough':
    'Searched once; it is not searched again until its profile or indexers change.',
  'search.hold.no_upgrade': 'Not searched: its profile allows nothing better than what is there.',
  'search.hold.no_indexer': 'Not searched: no indexer with automatic search is enabled for its tags.',
  'search.hold.skip_tag': 'Not searched: one of its tags says so.',
  'search.hold.held': 'Not searched: a user holds it back.',
  'search.hold.loop':
    'Not searched: several releases of it were given up within a short time. Find out why, then resume it.',
  'search.hold.temporary_profile': 'Not searched for something better while it has a temporary profile.',
  'search.hold.elsewhere': 'Searched through another Arr with the same indexers a short while ago.',
  'search.hold.unknown': 'Not searched: its quality profile has not been read yet.',
  'search.hold.held_by_rule': 'Not searched: a rule keeps it from being searched.',
} as const satisfies Record<`search.hold.${SearchHold}`, string>

const pauses = {
  'search.pause.own_command': 'Its Arr is being searched for something else.',
  'search.pause.all_busy': 'Two other Arrs are being searched.',
  'search.pause.spacing': 'Its Arr was searched a moment ago.',
  'search.pause.hour_limit': 'Its Arr was searched as often as it may be in an hour.',
  'search.pause.day_limit': 'Its Arr was searched as often as it may be in a day.',
  'search.pause.indexer_limit': 'One of its indexers has reached its limit.',
  'search.pause.observed': 'Its Arr is only watched: nothing is searched there.',
  'search.pause.processing_only': 'PROCESSING_ONLY is set: nothing is searched on a schedule.',
  'search.pause.off': 'Searches on a schedule are off for its Arr.',
  'search.pause.storage': 'Paused: the database of Commodarr takes nothing in.',
  'search.pause.arr_offline': 'Paused: its Arr does not answer.',
  'search.pause.arr_starting': 'Paused: its Arr has just come back.',
  'search.pause.library_unsure': 'Paused: the library of its Arr is being checked.',
  'search.pause.clock': 'Paused: the clock of this machine jumped.',
  'search.pause.paused': 'Paused by a user.',
  'search.pause.internet': 'Paused: there is no internet connection, or it has just come back.',
  'search.pause.command_stuck': 'Paused: a search of its Arr does not end.',
  'search.pause.no_indexer': 'Paused: none of the indexers of its Arr can be searched.',
  'search.pause.indexer_blocked': 'Paused: an indexer that many downloads come from is blocked.',
  'search.pause.servers_offline': 'Paused: no download client of its Arr is online.',
  'search.pause.disk_low': 'Paused: a disk of its library or its downloads is full, or not accessible.',
  'search.pause.import_waiting': 'Paused: its Arr is importing.',
  'search.pause.queue_full': 'Paused: its Arr has enough downloads that are not complete.',
  'search.pause.quiet_hours': 'Paused: these are quiet hours.',
  'search.pause.others_searching': 'Paused: other programs have its Arr search.',
  'search.pause.request_budget': 'Paused: its Arr was asked as often as it may be in an hour.',
} as const satisfies Record<`search.pause.${SearchPause}`, string>

const reasons = {
  'search.reason.person': 'a user wanted it',
  'search.reason.failure': 'a download of it was given up',
  'search.reason.request': 'it was requested',
  'search.reason.rule': 'a rule wanted it',
  'search.reason.today': 'it was on air today',
  'search.reason.missing': 'it is missing',
  'search.reason.minimum': 'its score is below the minimum of its profile',
  'search.reason.cutoff': 'its quality is below the cut-off',
  'search.reason.score': 'its score could be better',
  'search.reason.upgrade': 'it could be better',
} as const satisfies Record<`search.reason.${SearchReason}`, string>

const results = {
  'search.last.grabbed': 'Searched {{since}} because {{why}}: a release was grabbed.',
  'search.last.empty': 'Searched {{since}} because {{why}}: nothing was taken.',
  'search.last.empty.again':
    'Searched {{since}} because {{why}}: nothing was taken, {{count}} times in a row.',
  'search.last.partial':
    'Searched {{since}} because {{why}}: some indexers were blocked, and nothing was taken.',
  'search.last.failed': 'Searched {{since}} because {{why}}: it failed.',
} as const satisfies Record<`search.last.${SearchResult}`, string> & {
  readonly 'search.last.empty.again': string
}

export const searchTexts = {
  ...holds,
  ...pauses,
  ...reasons,
  ...results,
  'search.unwanted': 'Nothing asks for it to be searched.',
  'search.held_by': 'Not searched: the rule “{{rule}}” keeps it from being searched.',
  'search.ready': 'To be searched because {{why}}.',
  'search.last.running': 'Searched {{since}} because {{why}}; it has not ended.',
  'search.next': 'Next search about {{when}}.',
  'search.next.place': 'Next search about {{when}} (place {{place}} of {{of}}).',
} as const
export type SearchText = keyof typeof searchTexts
