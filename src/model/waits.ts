/**
 * How long what is wanted of a torrent waits, for what, and who or what ends that: one table for whoever asks why
 * something has not happened yet. `docs/reference/waits.md` is made of it. How often something is looked at meanwhile, and
 * how long answers are kept, stands where it is done.
 */
import {DAY, HOUR, MINUTE, type Seconds} from './units.ts'

interface Wait {
  readonly seconds: Seconds
  readonly ms: number
  /** What waits, and for what. */
  readonly what: string
  /** Who or what ends it, sooner or when its time is over. */
  readonly end: string
}

function wait(seconds: Seconds, what: string, end: string): Wait {
  return {seconds, ms: seconds * 1_000, what, end}
}

export const waits = {
  // Before a rule acts.
  serverOnline: wait(
    10 * MINUTE,
    'Whatever cannot be undone, until its server has been online for so long',
    'Its time; the server going away begins it again',
  ),
  serverChanged: wait(
    10 * MINUTE,
    'Whatever cannot be undone, after its server showed another list of torrents',
    'Its time',
  ),
  torrentSeen: wait(
    30 * MINUTE,
    'A removal of a complete torrent, until Commodarr has known it for so long',
    'Its time',
  ),
  changedByUser: wait(
    15 * MINUTE,
    'Whatever cannot be undone, after a user changed the torrent',
    'Its time; each change begins it again',
  ),
  justImported: wait(15 * MINUTE, 'A removal, after an import of the torrent by its Arr', 'Its time'),
  internetBack: wait(
    10 * MINUTE,
    'What a rule does about torrents that stand still, after most trackers did not answer',
    'Its time; trackers that fail again begin it again',
  ),

  // For a person.
  answer: wait(
    DAY,
    'A question of a rule, for an answer; then its rule, where it was declined or not answered',
    'The answer; its time; a change of the rule',
  ),
  putOff: wait(
    DAY,
    'A rule that a user had wait for a torrent, or whose action a user undid',
    'The user; its time; after an undo also a change of the rule',
  ),
  takenBack: wait(
    DAY,
    'A rule, after a user took a torrent out of its quarantine',
    'Its time; a change of the rule',
  ),
  // Rules that are asked once a day decide so late.
  undecided: wait(
    DAY,
    'A torrent at the end of its quarantine, for a decision of its rule',
    'The decision; its time, after which it is started again',
  ),

  // A removal that is under way.
  // A tracker that is up answers within it.
  lastAnnounce: wait(
    MINUTE,
    'The removal of a private torrent, for the tracker to answer the last announce',
    'The answer; its time',
  ),
  // What had no answer has reached its server by then, or never will.
  removalUnanswered: wait(
    MINUTE,
    'A removal that its server did not answer, until it shows in the list',
    'The list; its time, after which it counts as not sent',
  ),
  removalShown: wait(
    5 * MINUTE,
    'A removal that its server took, until the torrent is gone from its list',
    'The list; its time, after which it counts as not done',
  ),
  removalPostponed: wait(
    DAY,
    'A removal by a rule that a guard puts off, or its server refuses, again and again',
    'What puts it off being over; its time, after which the rule may decide again',
  ),
  stepRepeated: wait(
    7 * DAY,
    'A step of a removal that nothing would decide again',
    'Its success; its time, after which it is reported',
  ),
  diskBack: wait(
    HOUR,
    'Files that are moved to the trash, for a disk that fails',
    'The disk; its time, after which they stay where they are',
  ),
  ownersKnown: wait(
    DAY,
    'Files that are moved to the trash, for servers that may use them and do not answer',
    'Their answers; its time, after which the files stay where they are',
  ),
  removalAsked: wait(
    DAY,
    'A removal whose end is unknown, for the list of its server',
    'The list; its time, after which it stays unknown',
  ),
  // A program or a person may still be writing: who unpacks, an Arr, or a torrent that is on its way to a server.
  fileWritten: wait(
    HOUR,
    'Unwanted files beside a torrent, since they were changed last',
    'Its time; each change begins it again',
  ),
  orphanWritten: wait(
    DAY,
    'Orphaned files, since they were changed last',
    'Its time; each change begins it again',
  ),

  // Through an Arr. An Arr may take long to write what it did into its history, and indexers have no more after a minute.
  arrTold: wait(
    6 * HOUR,
    'A failed download, until its Arr takes the command to blocklist it',
    'The Arr; its time, after which the rule decides again',
  ),
  arrProof: wait(
    HOUR,
    'A failed download, until the history of its Arr shows that',
    'The history of the Arr; its time, after which the download stays',
  ),
  arrBack: wait(
    7 * DAY,
    'A search after a failed download, for an Arr that cannot be asked',
    'The Arr; its time, after which it is not searched',
  ),
  searchApart: wait(DAY, 'A rule that searches for an item, after it had it searched', 'Its time'),

  // After something did not work.
  refused: wait(
    HOUR,
    'What a server refused once; twice as long each time, a day at most',
    'Its time; a change of the rule',
  ),
  repaired: wait(30 * MINUTE, 'The next repair of a torrent by rules; twice as long each time', 'Its time'),
  programFailed: wait(HOUR, 'A program that failed for a torrent', 'Its time'),

  // Copies and restores.
  copyTried: wait(
    DAY,
    'A step of a copy to another server, for a server or disk that fails',
    'The server or disk; its time, after which the copy has failed',
  ),
  copyShown: wait(
    10 * MINUTE,
    'A step of a copy to another server, until that server shows it',
    'The list; its time, after which the copy has failed',
  ),
  copyFetched: wait(
    7 * DAY,
    'A copy that the other server downloads, until it has all of it',
    'The download; canceling it; its time, after which the copy has failed',
  ),
  copySettled: wait(
    10 * MINUTE,
    'The source of a torrent that a user moves to another server, while its copy stands there',
    'Its time; a copy that is not complete or stopped keeps the source',
  ),
  restoreShown: wait(
    10 * MINUTE,
    'A step of a restore, until its server shows it',
    'The list; its time, after which the restore has failed',
  ),
  restoreServer: wait(
    DAY,
    'A restore, for its server to be back',
    'The server; its time, after which the restore has failed',
  ),
  restoreChecked: wait(
    7 * DAY,
    'A restore, while its server checks or moves the files',
    'The server; its time, after which the restore has failed',
  ),
} as const satisfies Readonly<Record<string, Wait>>
