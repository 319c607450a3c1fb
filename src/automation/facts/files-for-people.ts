/** One file of a torrent for a person who looks at it: its bytes, or what ffprobe finds in it. */
import {timeLimit, type Clock} from '#lib/clock.ts'
import {isUnknown} from '#lookups/fact-result.ts'
import {openShownFile, shownFile, type ShownFilesDeps} from '#lookups/shown-files.ts'
import type {ProbeVerdict} from '#media/probe-verdict.ts'
import type {ManagerId} from '#model/manager.ts'
import type {FileContent, FileToRead} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {LookUps} from './look-ups.ts'

/** Whose turn it is among those who look things up. */
const PEOPLE = 'people' as ManagerId
/** A person waits no longer; what was found later is there when asked again. */
const PROBE_MS = 20_000

/** @throws {CommodarrError} it cannot be read, and why */
export async function fileToRead(key: TorrentKey, index: number, deps: ShownFilesDeps): Promise<FileToRead> {
  const {file, opened} = await openShownFile(key, index, deps)
  return {
    path: file.path,
    size: opened.size,
    modifiedAt: opened.modifiedAt,
    read: (from, to) => opened.read(from, to),
    close: () => opened.close(),
  }
}

/** @throws {CommodarrError} it cannot be looked at, and why */
export async function fileContent(
  key: TorrentKey,
  index: number,
  deps: ShownFilesDeps & {readonly lookUps: Pick<LookUps, 'probe'>; readonly clock: Clock},
): Promise<FileContent> {
  // It is opened first: ffprobe follows whatever stands at a path.
  const {opened} = await openShownFile(key, index, deps)
  await opened.close()
  const {file, root, below} = await shownFile(key, index, deps)
  const late = Promise.withResolvers<null>()
  const stop = timeLimit(deps.clock, PROBE_MS, () => late.resolve(null))
  const looked = deps.lookUps.probe(PEOPLE, key, {path: `${root}/${below}`, size: file.size})
  const read = await Promise.race([looked, late.promise]).finally(stop)
  if (read === null) return {unknown: 'ffprobe takes longer. Look again in a moment.'}
  return isUnknown(read) ? {unknown: read.detail} : contentOf(read.value)
}

const noMedia = 'ffprobe finds no media in it that it can read.'

const failures: Readonly<Record<Extract<ProbeVerdict, {verdict: 'unknown'}>['reason'], string>> = {
  // The file itself was opened before: these may be about another one that it names.
  noFile: noMedia,
  noAccess: noMedia,
  changed: 'The file changed while it was read. Look again.',
  timeOut: 'ffprobe took too long.',
  tooMuch: 'ffprobe found too much to show.',
  failed: noMedia,
}

/**
 * Formats that are lists of other files, which ffprobe opens: what it finds is not of this file. Source: ffmpeg's
 * demuxers.
 */
const lists = /^(hls|dash|webm_dash_manifest|concat|concatf|imf|image2|sdp|rtsp|rtp|lavfi|avs|tty)$/

/**
 * Who made a file may have named another one in it: what ffprobe says in words, and whether it could open that, are
 * one answer, so that nothing shows which other files exist.
 */
function contentOf(verdict: ProbeVerdict): FileContent {
  switch (verdict.verdict) {
    case 'valid': {
      const {format: container, duration, streams} = verdict
      const isList = container.split(',').some((it) => lists.test(it))
      return isList ? {unknown: noMedia} : {container, duration, streams}
    }
    case 'skipped':
      return {unknown: 'There is no ffprobe here. Install it, or set FFprobePath to where it is.'}
    case 'unknown':
      return {unknown: failures[verdict.reason]}
    default:
      return {unknown: noMedia}
  }
}
