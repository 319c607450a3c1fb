/** By what an answer is known to tell something, where no word of its owner stands in it: it is a good one. */
const operations = `
  getSettings getSettingsSection listProcesses listDisks listDepartedServers getConfiguration getMoveIn
  listInheritedItems listOrphans getRuleVocabulary listSectionKeys listArrKeys listRuleExamples listRuleOverlaps getHealth
  getReadiness getSession listPeople listUsers getUser testServer getServerLimits getServerPreferences
  getServerFreeSpace getServerSection listPathMappings getServerDefinition getArrDefinition diagnoseArr listAbsentRules
  getArrQueue getArrTriage testArr getPieces listPeers explainTorrent getTimeline getTorrentHistory getLinks exportTorrent getArr
  getOwnUser getTwoStep inspectTorrents offerReset startTwoStep getSelection getAction getPreferences listSessions
  listKeys getRule listRuleVersions listFiles listInvitations listActions searchReleases getReleases
`
const good = /^2\d\d /
const openedOrNot = /^2\d\d |"code":"(not_supported|command_refused|path_refused)"/

export const marks: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(
    operations
      .trim()
      .split(/\s+/)
      .map((name) => [name, good]),
  ),
  // Whether its disk is seen from here, and has the file, is said to who may read there.
  readFile: openedOrNot,
  getFileMedia: openedOrNot,
  // It is refused as nothing was shown; a rule of others is not found.
  runRules: /"code":"changed_meanwhile"/,
  // Nothing waits there: whoever may answer hears that.
  answerArrTriage: /"outcome":"refused"/,
  // That somebody else has it, too.
  'previewRemoval: pretended': /"hidden":true/,
  // What runs there.
  'tryServer: taken': /"version":"/,
  'openLive: follow': /"followed":\[\["[^"]*","[^"]*",\d+\]/,
  'openLive: keys': /"keys":\[\[/,
}
