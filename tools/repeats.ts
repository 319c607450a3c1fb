/**
 * Everything in the program that can do something again, or later, by itself. A repetition that nobody bounded is a
 * storm in somebody's house: rechecks, log-ins and searches without an end were each one line that seemed harmless.
 *
 * `repeats.test.ts` looks for timers, pauses, back-offs and loops that wait, and holds each file to its row here: a new
 * place is written down with what ends it, or it does not come in. Actions of rules have no timer, as their rule wants
 * them in each pass; their rows are below.
 */
import type {ActionName} from '#model/rule.ts'

/** Something is asked or sent again: of servers, Arrs, trackers, disks, the database, the internet, other programs. */
interface Repeat {
  readonly what: string
  readonly starts: string
  /** Why the next time may end otherwise. */
  readonly differs: string
  readonly ends: string
  /** At most, of one object: a server, an Arr, a torrent, a file. */
  readonly perHour: number
  readonly object: string
}

interface Places {
  /** Signs of `repeats.test.ts` in the file. */
  readonly places: number
  readonly again: readonly Repeat[]
  /** What else its timers and loops are, and why that does not repeat anything. */
  readonly once?: string
}

const once = (places: number, why: string): Places => ({places, again: [], once: why})
const again = (places: number, ...repeats: readonly Repeat[]): Places => ({places, again: repeats})

/** Reads our own memory, and touches nothing outside; what it finds goes the way of all decisions. */
const look = (what: string, everySeconds: number): Repeat => ({
  what,
  starts: 'the program',
  differs: 'what is known changes',
  ends: 'the end of the program',
  perHour: 3_600 / everySeconds,
  object: 'the program',
})

/** Written down as soon as the database takes it. */
const write = (what: string, perHour: number): Repeat => ({
  what,
  starts: 'a change that is worth writing',
  differs: 'the database is back',
  ends: 'it is written, or the program ends; more than a portion does not wait',
  perHour,
  object: 'the database',
})

const saga = (what: string, differs: string, ends: string, everySeconds: number): Repeat => ({
  what,
  starts: 'a step that cannot be done yet',
  differs,
  ends,
  perHour: 3_600 / everySeconds,
  object: 'a torrent',
})

export const repeats: Readonly<Record<string, Places>> = {
  'src/accounts/api-keys.ts': once(1, 'ends each key when its time is over'),
  'src/accounts/last-uses.ts': again(1, write('the last use of each key', 60)),
  'src/accounts/oidc-discovery.ts': again(1, {
    what: 'the addresses of an identity provider are read',
    starts: 'somebody who logs in',
    differs: 'it answers by now',
    ends: 'they are good for an hour; without a person nothing is asked',
    perHour: 120,
    object: 'the provider',
  }),
  'src/accounts/oidc.ts': once(1, 'looks for a free name, a fixed number of times'),
  'src/app/cli/replay.ts': once(1, 'reads the journal to its end'),
  'src/app/compose-people.ts': once(
    1,
    'evaluates rights again, in the next turn, when the clock is doubted or no more',
  ),
  'src/app/database.ts': again(4, {
    what: 'the database is opened',
    starts: 'a start of the program',
    differs: 'it is up by then, or its lock is free',
    ends: 'a minute after the start, with an error',
    perHour: 3_600,
    object: 'the start',
  }),
  'src/app/owed.ts': again(1, {
    what: 'what a start has to write',
    starts: 'a start while the database takes no writes',
    differs: 'its disk has room again',
    ends: 'it is written, or fails for another reason',
    perHour: 240,
    object: 'the start',
  }),
  // Besides, it waits for requests that are under way, until the time to stop is over.
  'src/app/serve.ts': again(3, {
    what: 'the port is listened on',
    starts: 'a start while the port is in use',
    differs: 'a predecessor that was told to end has let go of it',
    ends: 'two seconds after the start, with an error',
    perHour: 3_600,
    object: 'the start',
  }),
  'src/main.ts': once(1, 'keeps the process alive while its command is under way'),
  'src/app/signals.ts': again(1, look('whether its npm or launcher is there', 1)),
  'src/arr-client/api/client.ts': once(1, 'reads pages of a list to its end'),
  'src/arr-client/arr-health-watch.ts': again(
    1,
    {
      what: 'an Arr is asked for its own health',
      starts: 'a connection to it',
      differs: 'it says so when that changes',
      ends: 'the connection',
      perHour: 60,
      object: 'an Arr',
    },
    {
      what: 'an Arr is told to check itself',
      starts: 'a removal that is due or held back, once a minute at most; else six an hour',
      differs: 'it is done, and may have found something else',
      ends: 'fifteen seconds; while the same stays red it is told so later each time, up to ten minutes',
      perHour: 60,
      object: 'an Arr',
    },
  ),
  'src/arr-client/ask-again.ts': again(2, {
    what: 'one request of a question to an Arr on which something hangs',
    starts: 'an answer 5xx, or a connection that broke',
    differs: 'a proxy that drops some requests, or a database that was locked, answers the next one',
    ends: 'two times more; twelve in a row, and one each minute in which it answers; a list of which a part was handed over, and one that is starting: at once',
    perHour: 72,
    object: 'an Arr',
  }),
  'src/arr-client/category-watch.ts': again(1, {
    what: 'an Arr is asked for its download clients',
    starts: 'a connection to it',
    differs: 'somebody changed them',
    ends: 'the connection',
    perHour: 60,
    object: 'an Arr',
  }),
  'src/arr-client/command-end.ts': again(2, {
    what: 'an Arr is asked how far its command is, at growing intervals',
    starts: 'a command of ours',
    differs: 'the Arr works on it',
    ends: 'its end, or a minute; a check of its own: fifteen seconds',
    perHour: 480,
    object: 'an Arr',
  }),
  'src/arr-client/file-work.ts': again(1, {
    what: 'an Arr is asked whether its look at downloads is over, in growing pauses',
    starts: 'a removal that is about to be sent while the Arr works on nothing else',
    differs: 'a look with nothing to import takes a moment',
    ends: 'its end, other work on files, or ten seconds; all who wait share it',
    perHour: 1_080,
    object: 'an Arr',
  }),
  'src/arr-client/live-channel.ts': again(2, {
    what: 'the live channel of an Arr is opened',
    starts: 'its loss',
    differs: 'the Arr is back',
    ends: 'it is open, or the connection ends; up to five minutes apart',
    perHour: 60,
    object: 'an Arr',
  }),
  'src/arr-client/refusal-watch.ts': again(1, {
    what: 'the log of an Arr is read for what its download client refused',
    starts:
      'a search or a feed of it that ended, or a connection that nobody hears; five minutes after connecting',
    differs: 'it chose other releases',
    ends: 'the connection; nothing that it may have chosen',
    perHour: 2,
    object: 'an Arr',
  }),
  'src/arr-client/replica.ts': again(1, {
    what: 'queue and history of an Arr are read',
    starts: 'a connection to it, and what its live channel says',
    differs: 'downloads go on',
    ends: 'the connection; hints are gathered for five seconds',
    perHour: 720,
    object: 'an Arr',
  }),
  'src/arr-client/restart-watch.ts': once(1, 'tells that an Arr has settled, two minutes after its start'),
  'src/automation-state/memory.ts': again(1, look('records that are over are forgotten', 900)),
  'src/automation-state/writer.ts': again(2, write('what automation has to remember', 3_600)),
  'src/automation/actions/search-ends.ts': again(1, look('searches that are not known to be over', 30), {
    what: 'an Arr is asked what came of a search',
    starts: 'a search that it was asked for, or made by itself after a failure',
    differs: 'it ended, or grabbed something',
    ends: 'its end is known, or a day is over: after half an hour it is asked once an hour',
    perHour: 4,
    object: 'a search',
  }),
  'src/automation/actions/approvals.ts': once(
    2,
    'a question that nobody answers expires after a day; a yes that could be taken back is carried out',
  ),
  'src/automation/actions/quarantines.ts': again(1, {
    what: 'what is set aside is looked at, and started for two minutes to hear its trackers',
    starts: 'a quarantine',
    differs: 'trackers and people say otherwise by then',
    ends: 'its end a day later, or somebody starts it or takes our tag away',
    perHour: 2,
    object: 'a torrent',
  }),
  'src/automation/actions/rule-action-queue.ts': again(
    2,
    {
      what: 'what somebody said yes to and could not be done yet',
      starts: 'a yes while its server is away, or its limits are used up',
      differs: 'it is back, an hour is over',
      ends: 'it is done, not wanted any more, or a day is over',
      perHour: 60,
      object: 'a torrent',
    },
    {
      what: 'a server is asked whether the last announce before a removal is done',
      starts: 'a rule that removes a private torrent, once for each removal and an hour at most',
      differs: 'the tracker has answered by then',
      ends: 'it is done, or a minute is over; five seconds apart',
      perHour: 20,
      object: 'a torrent',
    },
  ),
  'src/automation/alerts/health-monitor.ts': again(1, look('what is not believed is told', 1)),
  'src/automation/alerts/link-watch.ts': again(1, {
    what: 'what an added link waits for is looked at, and it is started or stopped',
    starts: 'a command that failed, or a look that left a doubt',
    differs: 'its server, or the one in doubt, is back; each time twice as long, up to an hour',
    ends: 'the doubt is gone, the server took it, the torrent went, or a person started it',
    perHour: 8,
    object: 'an added link',
  }),
  'src/automation/alerts/missing-files-watch.ts': again(
    1,
    look('missing files on disks that nobody here sees are counted', 600),
  ),
  'src/automation/alerts/mount-watch.ts': again(1, look('mapped folders are looked at', 60)),
  'src/automation/alerts/recheck-watch.ts': again(1, {
    what: 'what a check found whole is started',
    starts: 'a start that its server took, or that did not reach it, and that its list does not show',
    differs: 'a stop that its daemon had still to do is over, or its server is back',
    ends: 'its list shows it running, a person stopped it here, or after the third start, which the journal says',
    perHour: 3,
    object: 'a check of a torrent',
  }),
  'src/automation/alerts/release-loops.ts': again(1, {
    what: 'items of which releases were given up again and again are searched on',
    starts: 'more releases of an item that were given up than its Arr may have in a day',
    differs: 'the oldest of them is a week old',
    ends: 'none of them is left, or a person resumes it',
    perHour: 1,
    object: 'an Arr',
  }),
  'src/automation/alerts/restored-database.ts': again(
    2,
    {
      ...look('torrents with our tag that nobody remembers', 5),
      starts: 'a start of the program, or a database that is an older copy',
      ends: 'each server has told a whole list once, and what was set aside there is given back',
    },
    {
      what: 'what was under way in an older copy is ended',
      starts: 'an end that the database did not take',
      differs: 'the database takes writes by then',
      ends: 'it is ended, or the program ends',
      perHour: 240,
      object: 'the house, or a member',
    },
  ),
  'src/automation/alerts/unregistered-watch.ts': again(1, look('crowds that trackers do not know', 60)),
  'src/automation/arr/arr-commands.ts': once(1, 'what an Arr should read again is gathered for a second'),
  'src/automation/arr/arr-connection.ts': again(2, {
    what: 'an Arr is connected to',
    starts: 'its definition, or its loss',
    differs: 'it is back, or somebody changed its key',
    ends: 'it answers; refused keys wait five minutes',
    perHour: 60,
    object: 'an Arr',
  }),
  'src/automation/arr/arr-timers.ts': again(1, {
    what: '`RssSyncTimer` and `RefreshDownloadsTimer`',
    starts: 'the configuration',
    differs: 'indexers and downloads have news',
    ends: 'the configuration; below ten minutes is a warning',
    perHour: 60,
    object: 'an Arr',
  }),
  'src/automation/arr/library-reader.ts': again(
    3,
    {
      what: 'the library of an Arr is read whole, and its settings',
      starts: 'the connection; then each night, and six hours after the last time',
      differs: 'what the live channel did not report',
      ends: 'the connection ends',
      perHour: 6,
      object: 'an Arr',
    },
    {
      what: 'a library that could not be read is read again',
      starts: 'an answer that broke off, or is none',
      differs: 'the Arr is back',
      ends: 'it is read; a minute, doubling to an hour',
      perHour: 6,
      object: 'an Arr',
    },
  ),
  'src/automation/arr/throttled-queue.ts': again(2, {
    what: 'questions to an Arr that nobody waits for',
    starts: 'what a rule wants to know',
    differs: 'each is another one; what failed is dropped',
    ends: 'none waits',
    perHour: 120,
    object: 'an Arr',
  }),
  'src/automation/copies/shared-copies.ts': again(
    1,
    {
      what: 'the servers of copies over files of other servers are asked what they do at a share limit',
      starts: 'such a copy',
      differs: 'somebody changes the settings of that server',
      ends: 'the copy or its source is gone, or the copy has no share limit',
      perHour: 360,
      object: 'a server with such copies',
    },
    {
      what: 'the share limits of such a copy are taken away',
      starts: 'its server may delete files at a limit',
      differs: 'its server did not take it',
      ends: 'its server took it, or the third try',
      perHour: 3,
      object: 'a copy',
    },
  ),
  'src/automation/copies/hand-over.ts': again(
    19,
    saga(
      'a move that a user ordered waits for its source or its copy',
      'they show that the source stopped, that the copy stands or that the source is gone',
      'ten minutes to a day, then the source stays or runs again and the user is shown why',
      10,
    ),
  ),
  'src/automation/copies/copy-saga.ts': again(
    15,
    saga(
      'a copy waits for its target',
      'it lists, moves or checks the copy',
      'ten minutes to a day, then it stays stopped there and the journal says why',
      10,
    ),
    {
      what: 'a copy that did not come out whole is laid and checked once more, over what is there',
      starts: 'a rule that wants it, an hour, six hours and a day after a failure',
      differs: 'a disk or a server is well again, files are there that were not',
      ends: 'it is whole, or has failed four times; then a person completes or removes it there, or saves the rule',
      perHour: 1,
      object: 'a torrent and its target',
    },
  ),
  'src/automation/facts/files-for-people.ts': once(
    1,
    'the end of what a person waits for: what is in one file',
  ),
  'src/automation/facts/recorded-decisions.ts': once(1, 'reads the journal of one rule to its end'),
  'src/automation/facts/searched-facts.ts': once(1, 'a search waits a few seconds for managers'),
  'src/automation/manager/manager.ts': again(1, look('rules of one manager are judged', 0.2)),
  'src/automation/manager/removal-dates.ts': once(1, 'gives way between slices of torrents'),
  'src/automation/sagas/arr-turns.ts': again(1, {
    what: 'one of the downloads of which an Arr could not be told is tried again, in the place of all',
    starts: 'an Arr that fails, or refuses, for more than one',
    differs: 'the Arr is well',
    ends: 'it takes one; each waits no longer than its own step does',
    perHour: 15,
    object: 'an Arr',
  }),
  'src/automation/sagas/fail-download.ts': again(
    4,
    saga(
      'an Arr is told that a download failed',
      'it answers by then, and the rule is asked once more',
      'six hours untold, an hour unproven, a week unsaid whether it was grabbed again, or the rule does not want it',
      10,
    ),
  ),
  'src/automation/sagas/search-again.ts': again(
    3,
    saga(
      'a search that is owed',
      'the history of the Arr proves the failure, an hour is over',
      'it was searched, or a week is over; 60 searches an hour of an Arr',
      1,
    ),
    saga(
      'a search of what releases were given up of again and again: nothing is asked of its Arr meanwhile',
      'a person resumes it, or the releases are a week old',
      'it was searched, or a week is over',
      60,
    ),
    saga(
      'a search whose Arr is not configured any more',
      'the Arr is configured again',
      'it is, or a week is over',
      60,
    ),
  ),
  'src/automation/supervision/arr-labels.ts': once(1, 'gathers changes for a moment'),
  'src/automation/supervision/completion-watch.ts': again(1, {
    what: 'a server is asked when a download should be done',
    starts: 'a download that is ten seconds from its end',
    differs: 'it goes on',
    ends: 'six looks',
    perHour: 6,
    object: 'a torrent',
  }),
  'src/automation/supervision/indexer-limits.ts': again(1, {
    what: 'a Prowlarr is asked for limits, counts and blocked indexers, each with a question or two',
    starts: 'its section in the configuration; then each half hour',
    differs: 'its indexers were asked since then',
    ends: 'its section is gone, or the program ends',
    perHour: 4,
    object: 'Prowlarr',
  }),
  'src/automation/supervision/manager-thread.ts': again(3, look('a sign of life, and unused memory', 2)),
  'src/automation/supervision/manager-threads.ts': once(1, 'a question to a manager has its time'),
  'src/automation/supervision/request-polls.ts': again(1, {
    what: 'the requests of a manager (Overseerr, Ombi) are read',
    starts: 'a section of an Arr names it',
    differs: 'people ask for more, or it answers again',
    ends: 'no section names it; its key was refused twice, or its address is none',
    perHour: 60,
    object: 'request manager',
  }),
  'src/automation/supervision/row-feed.ts': once(1, 'gathers changes for a moment'),
  'src/automation/supervision/server-feed.ts': again(2, look('what managers know of servers', 1)),
  'src/lib/supervised-thread.ts': again(1, {
    what: 'a worker thread is started',
    starts: 'its end',
    differs: 'what it began with is asked again',
    ends: '`MaxProcessRestarts` within `ProcessRestartWindow`; then a person',
    perHour: 60,
    object: 'a manager',
  }),
  'src/automation/supervision/torrent-watch.ts': again(1, look('observed times of torrents', 60)),
  'src/automation/webhooks/hint-throttle.ts': once(1, 'gathers hints of Arrs for a moment'),
  'src/automation/webhooks/instance-marks.ts': again(4, {
    what: 'an Arr is asked who looks after it, and told that we do',
    starts: 'an Arr that is on',
    differs: 'somebody else wrote there, or a person said that he is gone',
    ends: 'the Arr goes; two hours apart, and up to an hour while it fails',
    perHour: 60,
    object: 'an Arr',
  }),
  'src/automation/webhooks/webhook-service.ts': again(2, {
    what: 'our webhook is put into an Arr',
    starts: 'a connection to it, and somebody who removed it',
    differs: 'the Arr takes it by then',
    ends: 'it is there, or six tries, up to six hours apart',
    perHour: 6,
    object: 'an Arr',
  }),
  'src/automation/whole-server/category-planner.ts': again(1, {
    what: 'a category is made on a server',
    starts: 'an Arr or a configuration that needs it',
    differs: 'the server takes it by then',
    ends: 'it is there; up to an hour apart',
    perHour: 6,
    object: 'a category of a server',
  }),
  'src/automation/whole-server/whole-servers.ts': again(1, look('queue, room and categories of servers', 15)),
  'src/clients/deadline.ts': once(3, 'an answer has its time, and silence within it'),
  'src/clients/qbittorrent/add.ts': again(2, {
    what: 'qBittorrent is asked whether it shows what was added',
    starts: 'an add',
    differs: 'it reads the torrent by then',
    ends: 'five or ten seconds, ever more slowly',
    perHour: 20,
    object: 'an added torrent',
  }),
  'src/clients/qbittorrent/pages.ts': once(1, 'reads pages of a list to its end, with a few steps back'),
  'src/clients/rtorrent/add.ts': again(2, {
    what: 'rTorrent is asked whether it shows what was added',
    starts: 'an add',
    differs: 'it reads the torrent by then',
    ends: 'a few seconds',
    perHour: 60,
    object: 'an added torrent',
  }),
  'src/clients/rtorrent/details.ts': again(2, {
    what: 'the torrent file of rTorrent is read',
    starts: 'somebody who wants it',
    differs: 'it writes the file in a thread of its own',
    ends: 'a few seconds',
    perHour: 60,
    object: 'a request',
  }),
  'src/config/watch.ts': again(2, look('the configuration file is looked at', 15)),
  'src/connectivity/internet-watch.ts': again(1, {
    what: 'hosts on the internet are reached',
    starts: 'the program',
    differs: 'the line is back',
    ends: 'the end of the program; eight hosts at most, a second apart',
    perHour: 720,
    object: 'the internet',
  }),
  'src/connectivity/reach-host.ts': once(1, 'a host has its time'),
  'src/disk/patience.ts': once(2, 'a question to a disk, and its sign of life, have their time'),
  'src/disk/place-files.ts': once(2, 'reads a file to its end, and folders up to the root'),
  'src/disk/places.ts': once(2, 'goes up to the root'),
  'src/executor/held-removals.ts': once(
    1,
    'a removal is held once; one that is tried again is an action of its own',
  ),
  'src/executor/recent-actions.ts': once(1, 'an action is forgotten'),
  'src/executor/saga-runner.ts': again(3, {
    what: 'a step of a saga that threw',
    starts: 'a fault of a server, an Arr or the database',
    differs: 'it is back',
    ends: 'it gets through, its step ends it by its own time, or another server answers at the address; five to seven minutes apart after six tries',
    perHour: 60,
    object: 'a saga',
  }),
  'src/executor/fetched-additions.ts': again(1, {
    what: 'a server is asked whether it lists what came of an address, or told that its mark goes',
    starts: 'an address that it still fetches ten seconds after it was added',
    differs: 'its list shows the torrent, or its answer comes',
    ends: 'it is listed and its mark is away, or half an hour is over; no more than 200 addresses of a server',
    perHour: 120,
    object: 'an address',
  }),
  'src/executor/actions.ts': again(
    2,
    look('moves of an action whose end is not known', 5),
    look('copies of an action that have not ended', 5),
  ),
  'src/executor/late-effects.ts': again(1, look('moves and additions whose end is not known', 1), {
    what: 'a server is asked for its list once more',
    starts: 'a move or an addition of which its list shows the contrary for a minute',
    differs: 'its list shows what became of it',
    ends: 'it has told its list, or most of a day is over',
    perHour: 60,
    object: 'a torrent',
  }),
  'src/executor/selections.ts': once(1, 'a selection is forgotten'),
  'src/executor/unconfirmed-removals.ts': again(1, look('removals whose end is not known', 1), {
    what: 'a server is asked for its list once more',
    starts: 'a removal without an answer, of what it has listed for a minute',
    differs: 'its list shows whether it went',
    ends: 'it has told its list, or a day is over',
    perHour: 60,
    object: 'a torrent',
  }),
  'src/fleet/expectations.ts': once(1, 'what was expected is not expected any more'),
  'src/fleet/snapshot.ts': again(1, write('what rows show of servers that are away', 12)),
  'src/history/sampler.ts': again(1, look('figures over time', 10)),
  'src/http/live/live-line.ts': once(1, 'a line that ends has its time'),
  'src/http/live/live-socket.ts': again(1, look('a beat for each open page', 1)),
  'src/http/rows/removal-figures.ts': once(1, 'a preview has its time'),
  'src/http/security/connections.ts': once(3, 'a request has its time'),
  'src/journal/activity.ts': once(1, 'reads the journal for a page, at most 10,000 entries'),
  'src/journal/refusal-counter.ts': again(1, write('how often something was refused, once an hour', 1)),
  'src/journal/retention.ts': again(1, look('old lines are forgotten', 3_600)),
  'src/lib/clock.ts': once(5, 'the timers and sleeps themselves'),
  'src/lib/instance-clock.ts': once(4, 'hands timers on to the clock of the machine'),
  'src/lib/rounds.ts': once(1, 'the rounds themselves'),
  'src/lib/single-flight.ts': once(1, 'an answer is kept for a while'),
  'src/library/library-service.ts': once(1, 'one portion of rows after the other, until the last one'),
  'src/library/library-writer.ts': again(2, write('what changed in the libraries', 3_600)),
  'src/links/daemon-logins.ts': once(1, 'who says where a name leads has its time'),
  'src/links/health.ts': again(1, {
    what: 'a server that does not answer is tried',
    starts: 'its loss',
    differs: 'it is back, or somebody changed its address',
    ends: 'it answers; a refused log-in is tried twice, and then none until somebody helps',
    perHour: 60,
    object: 'a server',
  }),
  'src/links/link.ts': again(2, {
    what: 'a server is asked what changed',
    starts: 'its connection',
    differs: 'torrents go on',
    ends: 'it is switched off; whole lists every 30 minutes, every ten seconds while one is doubted',
    perHour: 3_600,
    object: 'a server',
  }),
  'src/links/persistence/health-memory.ts': again(2, write('the health of servers', 3_600)),
  'src/links/port-probe.ts': once(1, 'a port has its time'),
  'src/links/standstill.ts': again(1, look('whether the program stood still', 1)),
  'src/links/trial.ts': once(1, 'a trial has its time'),
  'src/lookups/mapping-checks.ts': again(1, {
    what: 'a server is asked for files of up to eight torrents, and our disk whether they are there',
    starts: 'a path mapping',
    differs: 'torrents, files and the disk change, or another eight are looked at',
    ends: 'the mapping; one that is proven is looked at every six hours, any other every ten minutes, once after five; two downloads every five minutes until one is seen to grow',
    perHour: 12,
    object: 'a path mapping',
  }),
  'src/lookups/questions.ts': again(1, {
    what: 'what a rule wants to know of a torrent and its server failed to tell',
    starts: 'a rule that names it',
    differs: 'the server or the disk is back',
    ends: 'it is told, or not wanted; up to ten minutes apart, an hour where nobody can tell it',
    perHour: 60,
    object: 'a torrent',
  }),
  'src/lookups/rate-lane.ts': once(
    1,
    'waits until the next minute allows another look-up: 120 or 60 a minute and server',
  ),
  'src/media/ffprobe.ts': once(2, 'a probe has its time'),
  'src/media/probe-program.ts': again(1, look('whether ffprobe is there', 3_600)),
  'src/orphans/orphan-rules.ts': again(1, look('rules about orphans are judged', 600)),
  'src/orphans/orphan-watch.ts': again(1, look('folders are looked at for orphans', 600)),
  'src/ownership/departed.ts': again(
    1,
    look('claims of servers that left end after a month, and lists of the others are dated', 300),
  ),
  'src/registry/servers/local-ports.ts': once(1, 'a port has its time, and is tried when somebody asks'),
  'src/request-work/request-thread.ts': again(1, look('a sign of life', 5)),
  'src/request-work/request-work.ts': once(2, 'looks how long a task works, and ends a thread without work'),
  'src/searching/profile-service.ts': again(
    3,
    look('what has a temporary quality profile', 60),
    {
      what: 'the quality profile of an item is set once more',
      starts: 'its Arr refused it, or did not answer',
      differs: 'the Arr answers by now',
      ends: '`ProfileSwitchRetryAttempts` times, up to a minute apart; then its Arr is asked how it is, an hour later again',
      perHour: 100,
      object: 'a movie, series, artist or author',
    },
    {
      what: 'the own quality profile of an item is put back once more',
      starts: 'its Arr refused it, or did not answer',
      differs: 'the Arr answers by now',
      ends: 'it is back, somebody gave it another one, or it left; 5 minutes to an hour apart, and a person is asked after an hour',
      perHour: 12,
      object: 'a movie, series, artist or author',
    },
  ),
  'src/searching/search-service.ts': again(
    1,
    look('whose turn it is to be searched', 5),
    {
      what: 'an Arr is asked what the disks of its library have left',
      starts: 'searches on a schedule are wanted there',
      differs: 'somebody made room, or it was used up',
      ends: 'searches are not wanted there any more; what could not be read is read ten minutes later',
      perHour: 6,
      object: 'Arr',
    },
    {
      what: 'an Arr is asked from which indexers it grabbed in 90 days',
      starts: 'one of its indexers is blocked',
      differs: 'it answers by now',
      ends: 'it was read: once a day, while an indexer is blocked',
      perHour: 6,
      object: 'Arr',
    },
    {
      what: 'an Arr is asked to search a film, season, episode, album or book',
      starts: 'it is wanted, and its turn comes',
      differs: 'there may be releases that were not there before',
      ends: 'it is there; without a result it rests a day, doubling up to a month',
      perHour: 30,
      object: 'Arr',
    },
    {
      what: 'an Arr is asked whether it heard of a search',
      starts: 'an answer was lost, or the program was killed meanwhile',
      differs: 'it answers again',
      ends: 'its answer',
      perHour: 60,
      object: 'search',
    },
  ),
  'src/store/folder-lock.ts': again(2, {
    what: 'the lock of the data folder is asked for',
    starts: 'a start of the program',
    differs: 'the one before has ended',
    ends: 'five seconds',
    perHour: 3_600,
    object: 'the start',
  }),
  'src/store/health.ts': again(2, {
    what: 'a database that failed is tried',
    starts: 'its failure',
    differs: 'it is back, its disk has room',
    ends: 'it takes writes; up to 15 seconds apart',
    perHour: 3_600,
    object: 'the database',
  }),
  'src/store/repositories/last-seen.ts': again(1, {
    ...write('when the program looked last', 60),
    starts: 'the program',
    ends: 'the end of the program',
  }),
  'src/store/postgres-connections.ts': once(2, 'waits for a connection that is free, and for the end of one'),
  'src/store/postgres.ts': again(4, {
    what: 'whether a transaction was done; the lock of the program',
    starts: 'a connection that broke off within one',
    differs: 'the server knows it by then',
    ends: 'its patience, or a number of tries',
    perHour: 18_000,
    object: 'a transaction',
  }),
  'src/store/repositories/torrent-facts.ts': once(1, 'reads portions to their end'),
  'src/store/sqlite.ts': again(2, {
    what: 'a transaction while somebody else has the file',
    starts: 'a file that is locked',
    differs: 'it is free by then',
    ends: 'its patience',
    perHour: 18_000,
    object: 'a transaction',
  }),
  'src/store/transfer/places.ts': once(1, 'reads portions to their end'),
  'src/store/transfer/postgres-side.ts': once(1, 'reads portions to their end'),
  'src/trash/files-aside.ts': again(
    1,
    look('what a rule wants deleted waits while the configuration lacks protections', 60),
  ),
  'src/trash/recycle-torrent.ts': again(
    2,
    saga(
      'files of a torrent are moved into the trash',
      'nobody else has its entry for himself any more, and its server has told a whole list',
      'they are moved, or are somebody’s again',
      1,
    ),
    saga(
      'a torrent goes into the trash',
      'its server has told a whole list',
      'its removal, or somebody else’s',
      10,
    ),
  ),
  'src/trash/removal-steps.ts': again(
    4,
    saga(
      'a removal that was put off',
      'what spoke against it is over',
      'a day, or a week for what its Arr has blocklisted; what went out is not sent again, and its server’s list says the end within five minutes',
      10,
    ),
    saga(
      'a removal that waits for the last announce of its torrent',
      'the tracker has answered by then',
      'it is done, or a minute is over',
      5,
    ),
  ),
  'src/trash/trash-service.ts': again(2, look('what is over leaves the trash', 600), {
    what: 'a torrent that comes out of the trash is asked for, step by step',
    starts: 'a person, or a torrent that its server lists again by itself',
    differs: 'its server has done the step',
    ends: 'it is as it was, a step fails, or its server was away for a day',
    perHour: 1_800,
    object: 'a torrent',
  }),
  'src/views/live-views.ts': once(1, 'gathers changes for a moment'),
  'src/views/work.ts': once(3, 'lets others have their turn, a fixed number of times'),
}

interface RepeatedAction {
  /** What keeps a rule that wants it in each pass from having it done in each pass. */
  readonly ends: string
  /** At most, of one torrent (of one Arr where it says so). */
  readonly perHour: number
}

/** `supervision/decision-backoff.ts`: 2 s, 8 s, 32 s … ten minutes. */
const isPaced: RepeatedAction = {ends: 'each time later, up to ten minutes', perHour: 10}
/** `rules/already-so.ts`, `actions/action-commands.ts`: what is so is not done. */
const isSo: RepeatedAction = {
  ends: 'it is so already; what a person changes back is left alone for a day; where it does not stay so, each time later',
  perHour: 10,
}
/** The torrent, or its files, are not there any more; one that comes back is asked about after three rounds. */
const isGone: RepeatedAction = {
  ends: 'it is gone; limits of the rule, a common cause, three rounds of one torrent',
  perHour: 1,
}
const isMove: RepeatedAction = {
  ends: 'it is so already; brought back twice within a week to where a rule had it, it waits for a person (`moved-back.ts`)',
  perHour: 10,
}
const isRepair: RepeatedAction = {
  ends: 'three repairs within a week, each pause twice as long; then a person, who is told what is suspected',
  perHour: 2,
}

/** What rules want in each pass. The type asks for every action. */
export const repeatsOfActions: Readonly<Record<ActionName, RepeatedAction>> = {
  notify: {ends: 'an unchanged verdict is one line', perHour: 1},
  note: {ends: 'an unchanged verdict is one line', perHour: 1},
  skip: {ends: 'nothing is sent', perHour: 1},
  reannounce: {ends: '`maxAttempts`, or pauses that double up to six hours', perHour: 6},
  'arr.refresh': isPaced,
  'arr.rssSync': isPaced,
  tag: isSo,
  untag: isSo,
  category: isMove,
  stop: isSo,
  start: isRepair,
  forceStart: isRepair,
  queue: isPaced,
  limits: isSo,
  filePriority: isSo,
  recheck: isRepair,
  superSeed: isSo,
  sequential: isSo,
  'tracker.add': isSo,
  'tracker.remove': isSo,
  'tracker.replace': isSo,
  move: isMove,
  copyTo: {ends: 'a copy that stands is none to be made; 30 days are remembered', perHour: 1},
  quarantine: isSo,
  'arr.search': {ends: '60 searches an hour of an Arr, three rounds of one item', perHour: 1},
  'arr.monitor': isSo,
  'arr.profile': isPaced,
  'arr.import': isPaced,
  'arr.blocklist': isGone,
  'arr.queueRemove': isGone,
  recycle: isGone,
  'extraFiles.recycle': isGone,
  remove: isGone,
  removeWithData: isGone,
  failDownload: isGone,
  'orphan.recycle': isGone,
  'orphan.delete': isGone,
  purge: isGone,
  exec: {ends: 'once for a torrent and a rule, and the limits of its runs', perHour: 20},
}
