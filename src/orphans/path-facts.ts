/**
 * Where each fact about files that nobody claims comes from: the last look, and one at the room on their disk. Of a disk
 * that is not the one that was there, or that cannot be asked, nothing is known.
 */
import {basename, dirname} from 'node:path'
import type {DiskSpace} from '#disk/free-space.ts'
import type {Unseen} from '#disk/fs-errors.ts'
import {weekdays, type Fact, type FactName, type FactValue} from '#model/fact.ts'
import {orphanKey, type Orphan, type OrphanFolder} from '#model/orphans.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import type {FactReaders} from '#rules/fact-readers.ts'

export interface PathSubject {
  readonly orphan: Orphan
  /** That it lies directly in. */
  readonly folder: OrphanFolder
  readonly room: DiskSpace | Unseen
  readonly unclaimedFor: Seconds | undefined
  /** Somebody brought it back from the trash. */
  readonly isBroughtBack: () => boolean
  /** When it was looked at. */
  readonly seenAt: EpochMs
}

interface PathSurroundings {
  /** The time that did not jump: a jump makes nothing old. */
  readonly now: () => EpochMs
  /** `undefined` = the clock jumped: nobody knows what time it is (`lib/trusted-time.ts`). */
  readonly wall: () => EpochMs | undefined
  readonly timeZone: string
}

type Read = (subject: PathSubject, around: PathSurroundings) => FactValue | undefined

const ofDisk: Partial<Record<FactName, Read>> = {
  'path.freeBytes': ({room}) => ('unknown' in room ? undefined : room.freeBytes),
  'path.usedShare': ({room}) => ('unknown' in room ? undefined : room.usedShare),
  'path.mounted': () => true,
  'path.readable': () => true,
  'path.fileAge': ({orphan: {changedAt}}, {now}) => Math.max(0, now() - changedAt) / 1_000,
  // It was listed for that.
  'path.fileClaimed': () => false,
  'path.unclaimedFor': ({unclaimedFor}) => unclaimedFor,
  'path.place': ({orphan: {path}}) => path,
  'path.name': ({orphan: {path}}) => basename(path),
  'path.folder': ({orphan: {path}}) => dirname(path),
  'path.kind': ({orphan: {isFolder}}) => (isFolder ? 'folder' : 'file'),
  'path.size': ({orphan: {bytes}}) => bytes,
  'path.files': ({orphan: {files}}) => files,
  'path.entries': ({folder: {claimed, orphans, spared}}) => claimed + orphans + spared,
  'path.servers': ({folder: {serverIds}}) => serverIds,
}

const ofOurs: Partial<Record<FactName, Read>> = {
  'memory.protected': ({isBroughtBack}) => isBroughtBack(),
  'time.hour': (_, around) => wallOf(around)?.hour,
  'time.weekday': (_, around) => weekdays[(wallOf(around)?.dayOfWeek ?? 0) - 1],
  'time.day': (_, around) => wallOf(around)?.day,
  'time.date': (_, around) => wallOf(around)?.toPlainDate().toString(),
}

/** Those that are known of files that nobody claims. */
export const factsOfPaths = Object.keys({...ofDisk, ...ofOurs}) as readonly FactName[]

export function pathFacts(around: PathSurroundings): FactReaders<PathSubject> {
  const read = (name: FactName, subject: PathSubject): FactValue | undefined => {
    const source = isDiskKnown(subject.room) ? ofDisk[name] : undefined
    return (source ?? ofOurs[name])?.(subject, around)
  }
  return {
    reader: (name) => (subject) => read(name, subject),
    fact(name, _window, subject): Fact {
      const value = read(name, subject)
      const source = name in ofOurs ? 'Commodarr' : subject.folder.path
      if (value !== undefined) return {value, observedAt: subject.seenAt, source}
      const why = name in ofDisk && 'unknown' in subject.room ? subject.room.unknown : 'missing'
      return {unknown: why, since: null, source}
    },
    name: ({orphan}) => ({kind: 'path', key: orphanKey(orphan), serverId: null}),
  }
}

/** Some file systems do not tell their room: that is no other disk. */
export function isDiskKnown(room: PathSubject['room']): boolean {
  return !('unknown' in room) || room.unknown === 'notSupported'
}

function wallOf({wall, timeZone}: PathSurroundings): Temporal.ZonedDateTime | undefined {
  const at = wall()
  return at === undefined
    ? undefined
    : Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
}
