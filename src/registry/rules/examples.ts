/** Rules to begin with, as text: each is a start, its figures are for its owner to set. */
import type {Access} from '#model/access.ts'

interface RuleExample {
  readonly name: string
  /** What it is for, in one sentence. */
  readonly says: string
  readonly yaml: string
  /** Of others it would be refused; absent = it is for everybody. */
  readonly isForAdministrators?: true
}

/** Those that he could save. */
export function examplesFor(access: Pick<Access, 'permits' | 'everywhere'>): readonly RuleExample[] {
  const isAdministrator = access.everywhere && access.permits('admin')
  return ruleExamples.filter((it) => isAdministrator || !it.isForAdministrators)
}

export const ruleExamples: readonly RuleExample[] = [
  {
    name: 'Stalled',
    says: 'Gives up downloads that cannot be completed, and looks for another release.',
    yaml: `name: Stalled
reason: stalled
scope: {privacy: public}
when:
  all:
    - {fact: state, op: in, value: [stalledDown, error]}
    - {fact: availability, op: lt, value: 1}
hold:
  for: 15m
  resetOn: {fact: gained, window: 10m, op: gte, value: 1 MiB}
do:
  - {action: failDownload}
`,
  },
  {
    name: 'Metadata stuck',
    says: 'Gives up magnets that never get their metadata.',
    yaml: `name: Metadata stuck
reason: metadataStuck
when: {fact: state, op: eq, value: metadata}
hold: {strikes: 3, gap: 10m}
do:
  - {action: failDownload}
`,
  },
  {
    name: 'Slow',
    says: 'Gives up downloads that would take days although the line is free.',
    yaml: `name: Slow
reason: slow
when:
  all:
    - {fact: avgDown, window: 30m, op: lt, value: 100 kB/s}
    - {fact: eta, op: gt, value: 24h}
    - {fact: progress, op: lte, value: 90%}
    - {fact: server.globalDownShare, op: lt, value: 0.8}
    - {not: {fact: server.altSpeed, op: eq, value: true}}
hold: {strikes: 3, gap: 30m}
do:
  - {action: failDownload}
`,
  },
  {
    name: 'Seeding done',
    says: 'Removes what has seeded enough, where others go on seeding it and the tracker is paid.',
    yaml: `name: Seeding done
reason: seedingDone
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: obligation.met, op: in, value: [yes, none]}
    - any:
        - {fact: ratio, op: gte, value: 2}
        - {fact: seedingTime, op: gte, value: 14d}
    - {fact: seedsSwarm, op: gte, value: 3}
do:
  - {action: removeWithData}
`,
  },
  {
    name: 'Unregistered',
    says: 'Sets aside torrents that are unregistered at their trackers, and removes them a day later if that stays so.',
    yaml: `name: Unregistered
reason: unregistered
when:
  all:
    # Up to 5.1 qBittorrent does not list trackers that do not work.
    - any:
        - {fact: tracker.anyWorking, op: eq, value: false}
        - {not: {fact: tracker.anyWorking, op: exists}}
    - {fact: tracker.classes, op: in, value: [unregistered, trumped]}
hold: {for: 6h}
do:
  - {action: reannounce, wait: true}
  - {action: quarantine, for: 1d, end: removeWithData}
  - {action: arr.search, if: {fact: arr.hasFile, op: eq, value: false}}
`,
  },
  {
    name: 'Free space',
    says: 'Below 200 GiB removes what has done its duty, until 500 GiB are free.',
    yaml: `name: Free space
reason: freeSpace
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: path.freeBytes, op: lt, value: 200 GiB}
    - {fact: obligation.met, op: in, value: [yes, none]}
schedule: {every: 5m, on: [diskLow]}
select:
  order: [content.linksOutside, lastActivityAt]
  until: {fact: path.freeBytes, op: gte, value: 500 GiB}
do:
  - {action: removeWithData}
`,
  },
  {
    name: 'Dangerous files',
    says: 'Leaves out files that are dangerous, or that the section of its Arr excludes, and gives up what is nothing else.',
    yaml: `name: Dangerous files
reason: unwantedFiles
when: {fact: badFiles.any, op: eq, value: true}
do:
  - {action: filePriority, set: unwanted, to: skip}
  - {action: failDownload, if: {fact: badFiles.share, op: eq, value: 1}}
`,
  },
  {
    name: 'Set orphans aside',
    says: 'Moves files into the trash that no torrent claims and that have not changed for a week.',
    yaml: `name: Set orphans aside
subject: path
reason: orphaned
when: {fact: path.fileAge, op: gte, value: 7d}
do:
  - {action: orphan.recycle, days: 30}
`,
    isForAdministrators: true,
  },
  {
    name: 'Upgraded',
    says: 'Sets aside, a week later, what was imported and has no file in the library any more.',
    yaml: `name: Upgraded
reason: upgraded
when:
  all:
    - {fact: arr.importedEvidence, op: exists}
    - {fact: arr.inLibrary, op: eq, value: true}
    - {fact: content.linksOutside, op: eq, value: 0}
    - {fact: obligation.met, op: in, value: [yes, none]}
hold: {for: 7d}
do:
  - {action: recycle, days: 14}
`,
  },
  {
    name: 'Favorites',
    says: 'Keeps what is tagged favorite, whatever other rules say.',
    yaml: `name: Favorites
when: {fact: tags, op: hasAny, value: [favorite]}
do:
  - {action: skip}
`,
  },
  {
    name: 'Recheck errors',
    says: 'Rechecks torrents that stopped with an error, or whose files are missing.',
    yaml: `name: Recheck errors
reason: errored
when: {fact: state, op: in, value: [error, missingFiles]}
hold: {for: 10m}
do:
  - {action: recheck}
guards: {maxPerHour: 10}
`,
  },
  {
    name: 'Tracker away',
    says: 'Reannounces when no tracker of a torrent has answered for a while.',
    yaml: `name: Tracker away
when: {fact: tracker.allFailing, op: eq, value: true}
hold: {for: 1h}
do:
  - {action: reannounce}
`,
  },
  {
    name: 'Import stuck',
    says: 'Notifies you when a completed download still waits for its Arr to import it.',
    yaml: `name: Import stuck
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: arr.tracked, op: eq, value: importPending}
hold: {for: 6h}
do:
  - {action: notify, template: Waits for its import}
`,
  },
  {
    name: 'Finish first',
    says: 'Moves downloads that are almost complete to the top of the queue.',
    yaml: `name: Finish first
concern: queue
when:
  all:
    - {fact: state, op: eq, value: queuedDown}
    - {fact: progress, op: gte, value: 90%}
do:
  - {action: queue, to: top}
`,
  },
  {
    name: 'Upload limit for public torrents',
    says: 'Limits how fast public torrents upload once they have given back what they took.',
    yaml: `name: Upload limit for public torrents
concern: limits
scope: {privacy: public}
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: ratio, op: gte, value: 1}
do:
  - {action: limits, up: 1 MiB/s}
`,
  },
  {
    name: 'Stop at a ratio',
    says: 'Stops torrents that have seeded enough, and keeps their files.',
    yaml: `name: Stop at a ratio
reason: seedingDone
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: ratio, op: gte, value: 3}
    - {fact: obligation.met, op: in, value: [yes, none]}
do:
  - {action: stop}
`,
  },
  {
    name: 'Archive',
    says: 'Moves what has not been active for long to another folder, and keeps seeding it there.',
    yaml: `name: Archive
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: sinceActivity, op: gte, value: 30d}
do:
  - {action: move, path: /data/archive}
guards: {maxPerRun: 10}
`,
  },
  {
    name: 'Tag large torrents',
    says: 'Tags what is larger than a size, so that you find it.',
    yaml: `name: Tag large torrents
concern: labels
conflict: additive
when: {fact: size, op: gt, value: 50 GiB}
do:
  - {action: tag, names: [large]}
`,
  },
]
