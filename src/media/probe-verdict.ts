/** What an answer of ffprobe means for a file: pure, so that recorded answers can stand for ffprobe. */
import {z} from 'zod'
import type {Seconds} from '#model/units.ts'
import type {ProbeRun} from './ffprobe.ts'
import {mediaKindOf} from './media-kind.ts'

interface ProbedStream {
  readonly type: 'video' | 'audio' | 'subtitle' | 'other'
  readonly codec: string
  /** Pixels; absent = no picture, or not said. */
  readonly width?: number
  readonly height?: number
  /** As its file says it, `eng`; absent = it does not. */
  readonly language?: string
  /** Of sound; absent = not said. */
  readonly channels?: number
}

/**
 * valid: media that can be read. unreadable: named as media, and none that ffprobe can read. notMedia: neither name nor
 * content is media. unknown: nobody could look, so nobody is to blame. skipped: there is no ffprobe.
 */
export type ProbeVerdict =
  | {
      readonly verdict: 'valid'
      /** Names of ffprobe, `matroska,webm`. */
      readonly format: string
      readonly duration: Seconds | null
      readonly streams: readonly ProbedStream[]
    }
  | {
      readonly verdict: 'unreadable' | 'notMedia'
      readonly reason: 'damaged' | 'noStreams'
      /** Words of ffprobe, without the path. */
      readonly detail: string
    }
  | {
      readonly verdict: 'unknown'
      readonly reason: 'noFile' | 'noAccess' | 'changed' | 'timeOut' | 'tooMuch' | 'failed'
      readonly detail: string
    }
  | {readonly verdict: 'skipped'; readonly reason: 'noFfprobe'; readonly detail: ''}

const Answer = z.object({
  streams: z
    .array(
      z.object({
        codec_type: z.string().optional(),
        codec_name: z.string().optional(),
        disposition: z.object({attached_pic: z.number().optional()}).optional(),
        width: z.number().optional().catch(undefined),
        height: z.number().optional().catch(undefined),
        channels: z.number().optional().catch(undefined),
        tags: z.object({language: z.string().optional()}).optional().catch(undefined),
      }),
    )
    .default([]),
  format: z.object({format_name: z.string().default(''), duration: z.string().optional()}).optional(),
})
type Answer = z.infer<typeof Answer>

export function evaluateProbe(path: string, run: ProbeRun): ProbeVerdict {
  const words = run.stderr.replaceAll(`file:${path}`, 'the file').trim().slice(0, 300)
  if (run.ended !== null) return {verdict: 'unknown', reason: run.ended, detail: words}
  if (run.code === 0) return evaluateAnswer(path, run.stdout, words)
  if (/Permission denied/.test(words)) return {verdict: 'unknown', reason: 'noAccess', detail: words}
  if (/No such file or directory/.test(words)) return {verdict: 'unknown', reason: 'noFile', detail: words}
  // Its own exit code for "this is no media"; crashes, a full memory and bad disks have others, or other words.
  if (run.code !== 1 || !isOfContent(words)) return {verdict: 'unknown', reason: 'failed', detail: words}
  return spoilt(path, 'damaged', words)
}

/**
 * "Input/output error" and "Cannot allocate memory" alone are not the file's fault; ffprobe 5 says the first also of a
 * Matroska file that is cut within its head, after that it ended too early.
 */
function isOfContent(words: string): boolean {
  return /Invalid data found|moov atom not found|End of file|ended prematurely|EBML header parsing failed/i.test(
    words,
  )
}

function evaluateAnswer(path: string, stdout: string, words: string): ProbeVerdict {
  const answer = read(stdout)
  if (answer === null) return {verdict: 'unknown', reason: 'failed', detail: 'Its answer cannot be read.'}
  const streams = answer.streams.map(streamOf)
  const format = answer.format?.format_name ?? ''
  const isStill = /_pipe$|^image2|^gif$|^ico$|^tty$/.test(format)
  if (isStill || !streams.some(({type}) => type === 'video' || type === 'audio'))
    return spoilt(path, 'noStreams', words)
  const duration = Number(answer.format?.duration ?? 'NaN')
  return {verdict: 'valid', format, duration: Number.isFinite(duration) ? duration : null, streams}
}

function read(stdout: string): Answer | null {
  try {
    return Answer.safeParse(JSON.parse(stdout)).data ?? null
  } catch {
    return null
  }
}

function streamOf({
  codec_type = '',
  codec_name = 'unknown',
  disposition,
  width,
  height,
  channels,
  tags,
}: Answer['streams'][number]): ProbedStream {
  // A cover is no film.
  const isCover = disposition?.attached_pic === 1
  const type = codec_type === 'audio' || codec_type === 'subtitle' ? codec_type : 'other'
  const isVideo = codec_type === 'video' && !isCover
  const language = tags?.language
  return {
    type: isVideo ? 'video' : type,
    codec: codec_name,
    ...(isVideo && width !== undefined && height !== undefined && {width, height}),
    // The word of Matroska for a language that nobody set.
    ...(language !== undefined && language !== 'und' && {language: language.slice(0, MOST_LANGUAGE)}),
    ...(type === 'audio' && channels !== undefined && {channels}),
  }
}

/** Characters of a language, which its file may make as long as it likes. */
const MOST_LANGUAGE = 35

function spoilt(path: string, reason: 'damaged' | 'noStreams', detail: string): ProbeVerdict {
  const kind = mediaKindOf(path)
  return {verdict: kind === 'video' || kind === 'audio' ? 'unreadable' : 'notMedia', reason, detail}
}
