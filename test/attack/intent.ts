/**
 * Who may what, as it is meant: written down from what the documentation promises (docs/use/accounts.md, docs/use/servers.md,
 * docs/use/credentials.md), and never read from the program. A letter is whose things somebody sees or changes
 * (`Realm`); `-` is nothing.
 *
 * Ada administers, her key reads, controls and manages. Mia and Nick are members, Vic is a viewer. Of Mia's keys one
 * reads, one adds, and one may do everything that she may on two servers: her own, and the one that she may control. Who
 * is nobody (a foreign page, what ended or was revoked, a stranger) has one column.
 */
import type {Realm} from './attack-world.fixture.ts'

export const people = [
  'Ada',
  "Ada's key",
  'Mia',
  "Mia's key, reads",
  "Mia's key, adds",
  "Mia's key, some servers",
  'Nick',
  'Vic',
] as const

export interface IntendedRow {
  readonly what: string
  /** Operations of the OpenAPI document, some with a colon and what is particular about the request. */
  readonly operations: readonly string[]
  readonly verb: 'sees' | 'changes'
  /** In the order of `people`; then of nobody. */
  readonly cells: readonly ReadonlySet<Realm>[]
  /** Of those who are nobody: who may nothing of it anyway. */
  readonly notFor: readonly string[]
}

function row(
  verb: IntendedRow['verb'],
  what: string,
  cells: string,
  operations: string,
  notFor: readonly string[] = [],
): IntendedRow {
  const sets = cells.split('|').map((cell) => new Set(cell.replace('-', '').trim()) as ReadonlySet<Realm>)
  if (sets.length !== people.length + 1) throw new Error(`${what}: ${sets.length} cells`)
  return {what, verb, cells: sets, operations: operations.trim().split(/\s*,\s*/), notFor}
}

/** A foreign page would put somebody into a session that is not his; a wrong key is refused whatever else is shown. */
const notByThese = ['a foreign page', 'a key that ended', 'a revoked key']

//                                              Ada  | key    | Mia  | reads| adds | some | Nick | Vic  | nobody
export const intended: readonly IntendedRow[] = [
  row(
    'sees',
    'Servers and torrents: what is in them, how they do, what was done there',
    'afslmn | afslmn | fslm | fslm | fslm | lm   | fn   | fsl  | -',
    `listServers, getServer, listServerCategories, listServerTags, getServerLimits, getServerFreeSpace, listTorrents,
     getTorrent, listFiles, listTrackers, listPeers, listWebSeeds, getPieces, getMore, explainTorrent, getTimeline,
     getLinks, getTorrentHistory, listCategories, listTags, getTransfer, getMetrics, getStatus, getDistribution, getHistory,
     getTrackerHistory, getHealthHistory, getToday, selectTorrents, listTrash, previewRule, previewRemoval, previewCopies,
      listApprovals, listNext, listSeenTrackers, previewLeavingTracker`,
  ),
  row(
    'sees',
    'Torrent files and announce addresses with their passkeys; a test of the connection',
    'afslmn | afslmn | lm  | -    | -    | lm   | n   | -    | -',
    'exportTorrent, testServer',
  ),
  row(
    'sees',
    'What is in a media file of a torrent',
    'afslmn | afslmn | lm  | -    | -    | lm   | n   | -    | -',
    'getFileMedia',
  ),
  row(
    'sees',
    'Files of torrents; of servers that members added for administrators alone',
    'afslmn | afslmn | -   | -    | -    | -    | -   | -    | -',
    'readFile',
  ),
  row(
    'sees',
    'How a server is reached and set up',
    'afslmn | afslmn | m    | -    | -    | m    | n    | -    | -',
    `getServerPreferences, getServerDefinition, getServerSection, listPathMappings, exportServers,
     exportServersWithSecrets`,
  ),
  row(
    'sees',
    'Arrs and their queues',
    'afslmn | afslmn | fslm | fslm | fslm | -    | fn   | fsl  | -',
    `listArrs, getArr, getArrQueue, getArrTriage, getArrPoster, listArrSearches, explainArrItem, listLibrary,
     getLibraryItem, listWanted, listSearches, listRequests,
     listProfileSwitches`,
  ),
  row('sees', 'A test of an Arr', 'afslmn | afslmn | lm | - | - | - | n | - | -', 'testArr'),
  row(
    'sees',
    'What indexers of an Arr have',
    'afslmn | afslmn | lm | - | - | - | n | - | -',
    'searchReleases, getReleases',
  ),
  row(
    'sees',
    'How an Arr is reached and set up',
    'afslmn | afslmn | m    | -    | -    | -    | n    | -    | -',
    'getArrDefinition, diagnoseArr',
  ),
  row(
    'sees',
    'The same, live',
    'afslmn | afslmn | fslm | fslm | fslm | lm   | fn   | fsl  | -',
    'openLive: open, openLive: window, openLive: follow, openLive: keys, openLive: watch servers',
  ),
  row(
    'changes',
    'Command torrents; make categories and tags; empty the trash',
    'afslmn | afslmn | lm  | -    | -    | lm   | n   | -    | -',
    `removeTorrent, changeTorrent, startTorrent, forceStartTorrent, stopTorrent, recheckTorrent, reannounceTorrent,
     actOnTorrents, setFilePriority, addTrackers, editTracker, removeTrackers, addPeers, addWebSeeds, removeWebSeeds,
     createServerCategory, editServerCategory, createServerTags, purgeTrash, waitWithRule, doRuleNow`,
  ),
  row(
    'changes',
    'Command torrents of which a server of Nick says that it has them at the same place, too',
    'am | am | m | - | - | m | - | - | -',
    'actOnTorrents: pretended',
  ),
  row(
    'sees',
    'What the removal of such a torrent would take',
    'amn | amn | m | - | - | m | - | - | -',
    'previewRemoval: pretended',
  ),
  // It is added again, so it takes that right, too.
  row(
    'changes',
    'Put back what lies in the trash',
    'afslmn | - | lm | - | - | lm | n | - | -',
    'restoreTrash',
  ),
  row(
    'changes',
    'Move torrents, also by their category, to any folder of the machine',
    'afslmn | afslmn | m    | -    | -    | m    | n    | -    | -',
    'actOnTorrents: anywhere, editServerCategory: anywhere',
  ),
  row(
    'changes',
    'Add torrents',
    'afslmn | -      | lm  | -    | lm  | lm   | n   | -    | -',
    'addTorrent, uploadTorrents',
  ),
  row(
    'changes',
    'Add torrents into any folder of the machine',
    'afslmn | -      | m    | -    | -    | m    | n    | -    | -',
    'addTorrent: anywhere',
  ),
  row(
    'changes',
    'Limits and settings of a server; remove its categories and tags; ban peers',
    'afslmn | afslmn | m    | -    | -    | m    | n    | -    | -',
    'setServerLimits, setServerPreferences, removeServerCategories, deleteServerTags, banPeers',
  ),
  row(
    'changes',
    'Have a server run programs',
    'afslmn | -      | -    | -    | -    | -    | -    | -    | -',
    'setServerPreferences: programs',
  ),
  row(
    'changes',
    'Add servers and Arrs',
    'a | a | m | - | - | - | n | - | -',
    'addServer, importServers, addArr',
  ),
  row(
    'changes',
    'How a server or an Arr looks, and with whom it is shared',
    'afslmn | afslmn | m    | -    | -    | -    | n    | -    | -',
    'changeServer, shareServer, shareArr',
  ),
  row(
    'changes',
    'How a server or an Arr is reached; remove it',
    'afslmn | slmn   | m    | -    | -    | -    | n    | -    | -',
    'replaceServer, removeServer, changeArr, removeArr',
  ),
  row('changes', 'The order of servers', 'p | p | - | - | - | - | - | - | -', 'orderServers'),
  row('changes', 'Have an Arr grab a release', 'afslmn | afslmn | lm | - | - | - | n | - | -', 'grabRelease'),
  row('changes', 'Have an Arr read its feeds', 'afslmn | afslmn | lm | - | - | - | n | - | -', 'actOnArr'),
  // Nothing waits in these Arrs: the answer says so.
  row(
    'sees',
    'Import or blocklist what an Arr does not import',
    'afslmn | afslmn | lm | - | - | - | n | - | -',
    'answerArrTriage',
  ),
  row('changes', 'Put a setting of an Arr right', 'afslmn | afslmn | m | - | - | - | n | - | -', 'fixArr'),
  row('changes', 'Sections of the file', 'af | - | - | - | - | - | - | - | -', 'changeServerSection'),
  row(
    'sees',
    'Rules',
    'afslmn | als | m | m | m | - | n | - | -',
    'getRule, listRuleVersions, listRules, countRuleActions',
  ),
  row(
    'sees',
    'What needs a person, live: servers that changed, suspended rules, Arrs that another Commodarr manages',
    'afslmn | aslmn | slm | slm | slm | - | n | sl | -',
    'openLive: watch attention',
  ),
  row(
    'sees',
    'Tracker profiles',
    'amn | a | m | m | m | - | n | - | -',
    'getTrackerProfile, listTrackerProfiles',
  ),
  row(
    'changes',
    'Make tracker profiles',
    'a | a | m | - | - | - | n | - | -',
    'addTrackerProfile, importTrackerProfiles',
  ),
  row(
    'changes',
    'Change and remove tracker profiles',
    'amn | a | m | - | - | - | n | - | -',
    'changeTrackerProfile, removeTrackerProfile',
  ),
  row('changes', 'Make rules', 'a | a | m | - | - | - | n | - | -', 'addRule'),
  row(
    'changes',
    'Change and remove rules',
    'amn | a | m | - | - | - | n | - | -',
    'replaceRule, changeRule, removeRule, restoreRule, resumeRule',
  ),
  // What was shown is what a run looks at, and here nothing was: that is said to who may run it.
  row('sees', 'Run rules of their own', 'amn | a | m | - | - | - | n | - | -', 'runRules'),
  row(
    'sees',
    'Rules that the settings of an Arr leave out',
    'afslmn | - | - | - | - | - | - | - | -',
    'listAbsentRules',
  ),
  row(
    'sees',
    'Settings, users, invitations, threads, disks, orphaned files',
    'afslmnop | - | - | - | - | - | - | - | -',
    `getSettings, getSettingsSection, listProcesses, listDisks, listDepartedServers, listOrphans, getConfiguration,
     getMoveIn, listInheritedItems, listUsers, getUser, listInvitations, offerReset`,
  ),
  row(
    'changes',
    'Settings, users, invitations, threads',
    'p | - | - | - | - | - | - | - | -',
    `changeSettings, changeSettingsSection, createUser, changeUser, removeUser, setPassword, invite,
     withdrawInvitation, restartProcess, restartProcesses, resetTwoStep`,
  ),
  row(
    'changes',
    'Orphaned files, known disks, servers that left, whether the clock is right, the end of observing',
    'p | - | - | - | - | - | - | - | -',
    `lookForOrphans, recycleOrphans, deleteOrphans, forgetDisk, forgetDepartedServer, confirmClock, confirmMoveIn, watchMoveIn,
     confirmConfiguration`,
  ),
  row('sees', 'Names of people, to share with them', 'op | op | op | - | - | op | op | - | -', 'listPeople'),
  row(
    'sees',
    'What there is to write rules and settings with',
    'p | p | p | p | p | p | p | p | -',
    'getRuleVocabulary, listRuleExamples, listSectionKeys, listArrKeys',
  ),
  row(
    'sees',
    'How many torrents of their own rules are about',
    'afp | afp | p | p | p | p | p | p | -',
    'listRuleOverlaps',
  ),
  row(
    'sees',
    'That it runs, and how to log in',
    'p | p | p | p | p | p | p | p | p',
    'getHealth, getReadiness, getSession',
  ),
  row('sees', 'Sessions', 'amnv | - | m | - | - | - | n | v | -', 'listSessions'),
  row('sees', 'Keys', 'amnv | a | m | m | m | m | n | v | -', 'listKeys'),
  row('changes', 'End sessions and keys', 'amnv | - | m | - | - | - | n | v | -', 'endSession, revokeKey'),
  row(
    'changes',
    "Make and change keys, saved views and preferences of one's own",
    'a | - | m | - | - | - | n | v | -',
    'createKey, changeKey, saveView, changeView, removeView, orderViews, changePreferences',
  ),
  row(
    'changes',
    "Log out, end one's other sessions, change one's password and second step",
    'o | - | o | - | - | - | o | o | -',
    'logOut, endSessions, changeOwnPassword, confirmTwoStep, endTwoStep',
  ),
  row(
    'changes',
    'Become a user with the token of a link; a user who was logged in there is logged out',
    'op | p | op | p | p | p | op | op | p',
    'acceptInvitation: given',
    notByThese,
  ),
  row(
    'changes',
    'Log in with a known password; set a new one with the token of a link',
    'o | o | o | o | o | o | o | o | o',
    'logIn: known, acceptInvitation: reset',
    notByThese,
  ),
  row('sees', 'The secret of a second step', 'o | - | o | - | - | - | o | o | -', 'startTwoStep'),
  row('sees', 'Own selections and actions', 'a | - | m | - | - | - | n | - | -', 'getSelection, getAction'),
  row('sees', 'What one does, live', 'a | - | m | - | - | - | n | - | -', 'openLive: watch actions'),
  row(
    'changes',
    'Undo what one did; try again what failed',
    'a | - | m | - | - | - | n | - | -',
    'undoAction, retryAction',
  ),
  row(
    'changes',
    'Undo what a rule did; say yes or no to what a rule asks',
    'afslmn | afslmn | lm | - | - | lm | n | - | -',
    'undoEntry, approveDecision, declineDecision, reopenDecision',
  ),
  // Who says yes has every right that it takes.
  row(
    'changes',
    'Say yes to what names any folder of the machine, or any address',
    'afslmn | afslmn | m | - | - | m | n | - | -',
    'approveDecision: anywhere',
  ),
  row(
    'changes',
    'Say whether a server is the one that it was; take over an Arr',
    'afslmn | afslmn | m | - | - | - | n | - | -',
    'identifyServer, takeOverArr',
  ),
  row(
    'sees',
    'What was done there, and what one did oneself',
    'afslmnopv | afslmnpv | fslm | fslm | fslm | lm | fn | fslv | -',
    'listJournal, listActivity, getStory, countActivity, exportActivity, listAudit, exportAudit',
  ),
  row(
    'changes',
    'Nothing: guesses, questions, and what there is nothing of here',
    '- | - | - | - | - | - | - | - | -',
    `openLive, openLive: hold, openLive: update, openLive: close, openLive: ping, addServer: taken, replaceServer: taken,
     tryServer: taken, importServers: taken, setUp, logIn, logInLocally,
     acceptInvitation, cancelAction, copyTorrents, cancelOrphanLook, changeOwnPassword: guess, startOidc, hearArr, getOwnUser, getTwoStep, getPreferences,
     listViews, listSharedViews, getSharedView, listActions, inspectTorrents, tryServer, discoverServers, discoverLocalServers, discoverArr,
     getSearch, searchNow, holdSearches, pauseSearches, resumeSearches, restoreProfileSwitch`,
  ),
]
